/** How far a session is; apart from the rest of it because every page shows it. */
import type { LiveSession } from './live';

/** How many sets are done and how many there are. */
export function tally(live: LiveSession): { done: number; all: number } {
  const sets = live.exercises.flatMap((one) => one.sets);
  return { done: sets.filter((set) => set.doneAt !== null).length, all: sets.length };
}
