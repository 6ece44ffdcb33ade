/** Joins what two devices made of one workout, set by set, so that neither loses any. */
import type { Entry, Log, LoggedSet } from '../api/types';

type Facts = Omit<Log, 'id' | 'entries'>;
const FACTS = ['plan_id', 'day', 'title', 'started_at', 'ended_at', 'notes', 'session_rpe'] as const satisfies readonly (keyof Facts)[];

/**
 * What both made of `base` together: sets added on either side are in, sets removed on either side are out.
 * Null where both changed the same thing, which is for the person to decide.
 */
export function mergeLogs(base: Log, mine: Log, theirs: Log): Log | null {
  const merged: Log = { ...mine };
  for (const fact of FACTS) {
    const [was, here, there] = [plain(base[fact]), plain(mine[fact]), plain(theirs[fact])];
    if (here === there || there === was) continue;
    if (here !== was) return null;
    Object.assign(merged, { [fact]: theirs[fact] });
  }
  const [was, here, there] = [byExercise(base), byExercise(mine), byExercise(theirs)];
  const entries: Entry[] = [];
  for (const key of new Set([...here.keys(), ...there.keys()])) {
    const entry = mergeEntries(was.get(key), here.get(key), there.get(key));
    if (entry === null) return null;
    if ((entry.sets ?? []).length > 0 || entry.notes != null) entries.push(entry);
  }
  return { ...merged, entries };
}

/** Every set of either, once where both have it; facts and notes as in `mine`, with differing notes one after the other. */
export function uniteLogs(mine: Log, theirs: Log): Log {
  const [here, there] = [byExercise(mine), byExercise(theirs)];
  const entries = [...new Set([...here.keys(), ...there.keys()])].map((key): Entry => {
    const [one, other] = [here.get(key), there.get(key)];
    const entry = one ?? other ?? {};
    const added = without(other?.sets ?? [], one?.sets ?? []);
    return { ...entry, notes: bothNotes(one?.notes, other?.notes), sets: [...(one?.sets ?? []), ...added] };
  });
  return { ...mine, notes: bothNotes(mine.notes, theirs.notes), entries };
}

/** Whether two documents say the same, however nothing and moments are written. */
export function sameLog(one: Log, other: Log): boolean {
  const entriesOf = (log: Log): string => JSON.stringify([...byExercise(log)].map(([key, entry]) => [key, plain(entry.notes), (entry.sets ?? []).map(markOf)]));
  return FACTS.every((fact) => plain(one[fact]) === plain(other[fact])) && entriesOf(one) === entriesOf(other);
}

function mergeEntries(base: Entry | undefined, mine: Entry | undefined, theirs: Entry | undefined): Entry | null {
  const [was, here, there] = [base?.sets ?? [], mine?.sets ?? [], theirs?.sets ?? []];
  const [added, removed] = [without(here, was), without(was, here)];
  const [addedThere, removedThere] = [without(there, was), without(was, there)];
  const bothTouched = without(removed, without(removed, removedThere)).length > 0;
  const sameEdit = without(added, addedThere).length === 0 && without(addedThere, added).length === 0;
  if (bothTouched && !sameEdit) return null;
  const [noted, notedHere, notedThere] = [plain(base?.notes), plain(mine?.notes), plain(theirs?.notes)];
  if (notedHere !== notedThere && notedHere !== noted && notedThere !== noted) return null;
  const sets = bothTouched ? here : [...without(here, removedThere), ...addedThere];
  const entry = mine ?? theirs ?? {};
  return { ...entry, notes: (notedHere === noted ? theirs?.notes : mine?.notes) ?? null, sets };
}

/** Entries by exercise; one that comes twice keeps its place among its kind. */
function byExercise(log: Log): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of log.entries ?? []) {
    const name = entry.exercise_id ?? `"${entry.name ?? ''}"`;
    let times = 0;
    while (found.has(`${name} ${String(times)}`)) times += 1;
    found.set(`${name} ${String(times)}`, entry);
  }
  return found;
}

/** The sets of `from` that are not among `others`, each of those accounting for one. */
function without(from: readonly LoggedSet[], others: readonly LoggedSet[]): LoggedSet[] {
  const left = others.map(markOf);
  return from.filter((set) => {
    const at = left.indexOf(markOf(set));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function markOf(set: LoggedSet): string {
  return JSON.stringify([set.kind ?? 'working', set.reps ?? null, set.weight_kg ?? null, set.rpe ?? null, set.seconds ?? null, set.distance_m ?? null]);
}

/** Absent and null are the same, and so are two ways to write one moment. */
function plain(value: string | number | null | undefined): string | number | null {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value);
  return value ?? null;
}

function bothNotes(mine: string | null | undefined, theirs: string | null | undefined): string | null {
  if (mine == null || theirs == null || mine === theirs) return mine ?? theirs ?? null;
  return `${mine}\n${theirs}`.slice(0, 2000);
}
