/** The session being logged: how it begins, how each tap changes it, and the log it becomes. All pure. */
import type { Entry, Exercise, Log, LoggedSet, NextExercise, NextSession, SetKind } from '../api/types';
import { startRest, type Rest } from '../lib/countdown';
import { newId } from '../lib/ids';

export interface LiveSet {
  key: string;
  kind: SetKind;
  reps: number | null;
  weightKg: number | null;
  seconds: number | null;
  rpe: number | null;
  distanceM: number | null;
  /** When it was done (ms), or null while it is only planned. */
  doneAt: number | null;
  /** Whether the person changed it, so that suggestions leave it alone. */
  touched: boolean;
}

export type Target = Pick<NextExercise, 'reps' | 'seconds' | 'rpe' | 'load_kg' | 'why'> & { rest_s: number };

export interface LiveExercise {
  key: string;
  exerciseId: string | null;
  name: string;
  timed: boolean;
  /** Whether a distance is entered too, as for a sled or a run. */
  far?: boolean;
  target: Target | null;
  previous: NonNullable<NextExercise['previous']>;
  superset: string | null;
  notes: string;
  sets: LiveSet[];
}

export interface LiveSession {
  id: string;
  userId: string;
  planId: string | null;
  day: number | null;
  title: string;
  startedAt: number;
  exercises: LiveExercise[];
  notes: string;
  sessionRpe: number | null;
  rest: Rest | null;
  /** Which exercise is on the screen. */
  at: string | null;
  /** Whether the server has had this log, so that finishing replaces it. */
  known: boolean;
  /** The kept log this session was opened from, and its version; what finishing is joined with and undo goes back to. */
  base?: Log | null;
  etag?: string | null;
}

const DEFAULT_REST_S = 90;
const WARM_UP_REST_S = 45;
const AN_HOUR_MS = 3600 * 1000;

function plannedSet(kind: SetKind, values: Partial<LiveSet> = {}): LiveSet {
  return { key: newId(), kind, reps: null, weightKg: null, seconds: null, rpe: null, distanceM: null, doneAt: null, touched: false, ...values };
}

function session(userId: string, now: number, values: Partial<LiveSession>): LiveSession {
  return {
    id: newId(), userId, planId: null, day: null, title: '', startedAt: now, exercises: [], notes: '', sessionRpe: null,
    rest: null, at: values.exercises?.[0]?.key ?? null, known: false, ...values,
  };
}

/** Begins the planned session with every set filled in, so that one tap logs a set as planned. */
export function fromNext(next: NextSession, userId: string, now: number): LiveSession {
  return session(userId, now, { planId: next.plan_id, day: next.day, title: next.title, exercises: next.exercises.map(planned) });
}

/** Begins a session without a plan. */
export function fromNothing(title: string, userId: string, now: number): LiveSession {
  return session(userId, now, { title });
}

function planned(next: NextExercise): LiveExercise {
  const previous = next.previous ?? [];
  const ramp = (next.warm_up ?? []).map((step) => plannedSet('warm_up', { weightKg: step.weight_kg, reps: step.reps }));
  const work = Array.from({ length: next.sets }, (_, index) => {
    const last = previous[index] ?? previous.at(-1) ?? null;
    return plannedSet('working', {
      weightKg: next.load_kg ?? last?.weight_kg ?? null,
      reps: aimFor(next, last),
      seconds: next.seconds ?? null,
    });
  });
  const { reps, seconds, rpe, load_kg, why, rest_s } = next;
  return {
    key: newId(), exerciseId: next.exercise_id, name: next.name, timed: seconds != null && reps == null,
    target: { reps, seconds, rpe, load_kg, why, rest_s }, previous, superset: next.superset ?? null, notes: '', sets: [...ramp, ...work],
  };
}

/** One repetition more than last time at the same load, within the range; the bottom of the range at a new load. */
function aimFor(next: NextExercise, last: { reps?: number | null; weight_kg?: number | null } | null): number | null {
  if (next.reps == null) return null;
  const { min, max } = next.reps;
  const sameLoad = last?.reps != null && (next.load_kg == null || last.weight_kg === next.load_kg);
  return sameLoad ? Math.min(max, Math.max(min, (last.reps ?? min) + 1)) : min;
}

/** Changes one exercise. */
export function onExercise(live: LiveSession, key: string, change: (exercise: LiveExercise) => LiveExercise): LiveSession {
  return { ...live, exercises: live.exercises.map((one) => (one.key === key ? change(one) : one)) };
}

/**
 * Changes one set by hand. A new weight carries over to the sets of that kind still to come; repetitions, time and
 * distance only to those that have none, since a plan may want others there.
 */
export function editSet(exercise: LiveExercise, key: string, values: Partial<Omit<LiveSet, 'key'>>): LiveExercise {
  const at = exercise.sets.findIndex((set) => set.key === key);
  const edited = exercise.sets[at];
  if (edited === undefined) return exercise;
  return {
    ...exercise,
    sets: exercise.sets.map((set, index) => {
      if (index === at) return { ...set, ...values, touched: true };
      const follows = index > at && set.doneAt === null && !set.touched && set.kind === edited.kind;
      if (!follows) return set;
      return {
        ...set,
        weightKg: 'weightKg' in values ? (values.weightKg ?? null) : set.weightKg,
        reps: set.reps ?? values.reps ?? null,
        seconds: set.seconds ?? values.seconds ?? null,
        distanceM: set.distanceM ?? values.distanceM ?? null,
      };
    }),
  };
}

/** Marks a set done and starts the rest after it, unless the superset goes on with another exercise. */
export function doSet(live: LiveSession, exerciseKey: string, setKey: string, now: number): LiveSession {
  const next = onExercise(live, exerciseKey, (one) => ({
    ...one,
    sets: one.sets.map((set) => (set.key === setKey ? { ...set, doneAt: now } : set)),
  }));
  const exercise = next.exercises.find((one) => one.key === exerciseKey);
  const done = exercise?.sets.find((set) => set.key === setKey);
  if (exercise === undefined || done === undefined) return next;
  const partner = done.kind === 'warm_up' ? null : partnerAfter(next, exercise);
  if (partner !== null) return { ...next, at: partner.key, rest: null };
  const seconds = done.kind === 'warm_up' ? WARM_UP_REST_S : (exercise.target?.rest_s ?? DEFAULT_REST_S);
  const more = next.exercises.some(isOpen);
  return { ...next, at: firstOfRound(next, exercise).key, rest: more && seconds > 0 ? startRest(seconds, now) : null };
}

/** Takes a set back to planned. */
export function undoSet(live: LiveSession, exerciseKey: string, setKey: string): LiveSession {
  return {
    ...onExercise(live, exerciseKey, (one) => ({
      ...one,
      sets: one.sets.map((set) => (set.key === setKey ? { ...set, doneAt: null } : set)),
    })),
    rest: null,
  };
}

const isOpen = (one: LiveExercise): boolean => one.sets.some((set) => set.doneAt === null);
const roundOf = (one: LiveExercise): number => one.sets.filter((set) => set.kind !== 'warm_up' && set.doneAt !== null).length;
const partners = (live: LiveSession, exercise: LiveExercise): LiveExercise[] =>
  exercise.superset === null ? [] : live.exercises.filter((one) => one.superset === exercise.superset && isOpen(one));

/** In a superset, the exercise whose turn it is next in this round; null when the round is complete. */
function partnerAfter(live: LiveSession, exercise: LiveExercise): LiveExercise | null {
  return partners(live, exercise).find((one) => one.key !== exercise.key && roundOf(one) < roundOf(exercise)) ?? null;
}

/** Where the next round of a superset begins: every round goes through it in the same order. */
function firstOfRound(live: LiveSession, exercise: LiveExercise): LiveExercise {
  const [first, ...others] = partners(live, exercise);
  if (first === undefined) return exercise;
  return others.reduce((least, one) => (roundOf(one) < roundOf(least) ? one : least), first);
}

export type Measure = 'reps' | 'time' | 'distance';

export function measureOf(exercise: LiveExercise): Measure {
  if (exercise.far === true || exercise.sets.some((set) => set.distanceM !== null)) return 'distance';
  return exercise.timed ? 'time' : 'reps';
}

/** Counts an exercise by repetitions, time, or time and distance; sets already done stay as they were done. */
export function measureBy(exercise: LiveExercise, measure: Measure): LiveExercise {
  const clear = measure === 'reps' ? { seconds: null, distanceM: null } : measure === 'time' ? { reps: null, distanceM: null } : { reps: null };
  return {
    ...exercise, timed: measure !== 'reps', far: measure === 'distance',
    sets: exercise.sets.map((set) => (set.doneAt === null ? { ...set, ...clear } : set)),
  };
}

/** Whether its numbers are still the plan's, and so shown as they are to be loaded. */
export function isProposed(set: LiveSet): boolean {
  return set.doneAt === null && !set.touched;
}

/** Whether there is something to log: repetitions, a time or a distance. */
export function isFilled(set: LiveSet): boolean {
  return set.reps !== null || set.seconds !== null || set.distanceM !== null;
}

/** Adds a set like the last one. */
export function addSet(exercise: LiveExercise, kind: SetKind = 'working'): LiveExercise {
  const last = exercise.sets.findLast((set) => set.kind !== 'warm_up');
  return {
    ...exercise,
    sets: [...exercise.sets, plannedSet(kind, { reps: last?.reps ?? null, weightKg: last?.weightKg ?? null, seconds: last?.seconds ?? null, distanceM: last?.distanceM ?? null })],
  };
}

export function removeSet(exercise: LiveExercise, key: string): LiveExercise {
  return { ...exercise, sets: exercise.sets.filter((set) => set.key !== key) };
}

/** Adds an exercise of the catalogue, or one only the person knows, with three sets to fill in. */
export function addExercise(live: LiveSession, added: Pick<Exercise, 'id' | 'name' | 'timed'> | { name: string }): LiveSession {
  const known = 'id' in added ? added : null;
  const exercise: LiveExercise = {
    key: newId(), exerciseId: known?.id ?? null, name: added.name, timed: known?.timed ?? false, target: null, previous: [],
    superset: null, notes: '', sets: [plannedSet('working'), plannedSet('working'), plannedSet('working')],
  };
  return { ...live, exercises: [...live.exercises, exercise], at: exercise.key };
}

/** Puts another exercise in the place of one, keeping what was already done under the old name. */
export function swapExercise(live: LiveSession, key: string, other: Pick<Exercise, 'id' | 'name' | 'timed'>): LiveSession {
  const index = live.exercises.findIndex((one) => one.key === key);
  const old = live.exercises[index];
  if (old === undefined) return live;
  const done = old.sets.filter((set) => set.doneAt !== null);
  const open = old.sets.filter((set) => set.doneAt === null && set.kind !== 'warm_up');
  const fresh: LiveExercise = {
    key: newId(), exerciseId: other.id, name: other.name, timed: other.timed,
    target: old.target === null ? null : { ...old.target, load_kg: null, why: '' }, previous: [], superset: old.superset, notes: '',
    sets: (open.length > 0 ? open : [plannedSet('working')]).map((set) => plannedSet(set.kind, { reps: set.reps, seconds: other.timed ? (set.seconds ?? 30) : null })),
  };
  const kept = done.length > 0 ? [{ ...old, sets: done }] : [];
  return { ...live, exercises: [...live.exercises.slice(0, index), ...kept, fresh, ...live.exercises.slice(index + 1)], at: fresh.key };
}

/** Takes a swap back: the exercise as it was, in the place of the one that came for it. */
export function unswap(live: LiveSession, came: string, old: LiveExercise): LiveSession {
  const exercises = live.exercises.filter((one) => one.key !== old.key).map((one) => (one.key === came ? old : one));
  return { ...live, exercises, at: old.key };
}

export function removeExercise(live: LiveSession, key: string): LiveSession {
  const index = live.exercises.findIndex((one) => one.key === key);
  const exercises = live.exercises.filter((one) => one.key !== key);
  return { ...live, exercises, at: exercises[Math.min(index, exercises.length - 1)]?.key ?? null };
}

export function doneCount(exercise: LiveExercise): number {
  return exercise.sets.filter((set) => set.doneAt !== null).length;
}

/** When the session ended: now, or with the last set where it was left lying for longer than an hour. */
export function endOf(live: LiveSession, now: number): number {
  const last = Math.max(...live.exercises.flatMap((one) => one.sets.map((set) => set.doneAt ?? 0)), 0);
  if (last <= live.startedAt) return live.base?.ended_at == null ? now : Date.parse(live.base.ended_at);
  return now - last > AN_HOUR_MS ? last : now;
}

/** The log this session becomes: what was done, and nothing that was only planned. */
export function toLog(live: LiveSession, endedAt: number): Log {
  const entries: Entry[] = live.exercises
    .map((one) => ({
      exercise_id: one.exerciseId,
      name: one.exerciseId === null ? one.name : null,
      notes: one.notes.trim() === '' ? null : one.notes.trim(),
      sets: one.sets.filter((set) => set.doneAt !== null).map(toLogged),
    }))
    .filter((entry) => entry.sets.length > 0 || entry.notes !== null);
  return {
    id: live.id, plan_id: live.planId, day: live.day, title: live.title === '' ? null : live.title,
    started_at: new Date(live.startedAt).toISOString(), ended_at: new Date(Math.max(endedAt, live.startedAt)).toISOString(),
    notes: live.notes.trim() === '' ? null : live.notes.trim(), session_rpe: live.sessionRpe, entries,
  };
}

function toLogged(set: LiveSet): LoggedSet {
  return { kind: set.kind, reps: set.reps, weight_kg: set.weightKg, rpe: set.rpe, seconds: set.seconds, distance_m: set.distanceM };
}

/** A log opened again, to be edited or resumed: as the server keeps it, or as it waits to be sent there. */
export function fromLog(log: Log, userId: string, nameOf: (id: string) => string, { waiting = false, etag = null }: { waiting?: boolean; etag?: string | null } = {}): LiveSession {
  const startedAt = Date.parse(log.started_at);
  const exercises = (log.entries ?? []).map((entry): LiveExercise => {
    const sets = entry.sets ?? [];
    return {
      key: newId(), exerciseId: entry.exercise_id ?? null, name: entry.name ?? nameOf(entry.exercise_id ?? ''),
      timed: sets.some((set) => set.seconds != null && set.reps == null), target: null, previous: [], superset: null, notes: entry.notes ?? '',
      sets: sets.map((set) =>
        plannedSet(set.kind ?? 'working', {
          reps: set.reps ?? null, weightKg: set.weight_kg ?? null, seconds: set.seconds ?? null, rpe: set.rpe ?? null,
          distanceM: set.distance_m ?? null, doneAt: startedAt, touched: true,
        }),
      ),
    };
  });
  return session(userId, startedAt, {
    id: log.id, planId: log.plan_id ?? null, day: log.day ?? null, title: log.title ?? '', notes: log.notes ?? '',
    sessionRpe: log.session_rpe ?? null, known: !waiting, base: waiting ? null : log, etag, exercises,
  });
}
