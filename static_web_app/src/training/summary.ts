/** Plain counts over a log, for lists and headings; everything beyond counting is the server's. */
import type { Entry, Log } from '../api/types';

export interface LogSummary {
  exercises: number;
  /** Sets done, warm-ups left out. */
  sets: number;
  /** Sum of weight times repetitions of those sets, in kilograms; assistance does not count. */
  volumeKg: number;
  minutes: number | null;
}

export function summarise(log: Log): LogSummary {
  const entries = log.entries ?? [];
  const sets = entries.flatMap(workSets);
  const minutes = log.ended_at == null ? null : Math.round((Date.parse(log.ended_at) - Date.parse(log.started_at)) / 60_000);
  return {
    exercises: entries.filter((entry) => workSets(entry).length > 0).length,
    sets: sets.length,
    volumeKg: sets.reduce((sum, set) => sum + Math.max(0, set.weight_kg ?? 0) * (set.reps ?? 0), 0),
    minutes,
  };
}

export function workSets(entry: Entry): NonNullable<Entry['sets']> {
  return (entry.sets ?? []).filter((set) => set.kind !== 'warm_up');
}
