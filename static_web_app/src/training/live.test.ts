/** How a session goes on from tap to tap, and the log it becomes. */
import { describe, expect, it } from 'vitest';
import { doSet, editSet, endOf, fromNothing, measureBy, addExercise, swapExercise, toLog, unswap, type LiveSession } from './live';

const MINUTE = 60_000;

function session(names: string[], superset: string | null = null): LiveSession {
  const live = names.reduce((now, name) => addExercise(now, { name }), fromNothing('Test', 'anna', 0));
  return { ...live, at: live.exercises[0]?.key ?? null, exercises: live.exercises.map((one) => ({ ...one, superset })) };
}

/** Logs the next open set of the exercise on the screen. */
function tap(live: LiveSession, now = 0): LiveSession {
  const exercise = live.exercises.find((one) => one.key === live.at);
  const set = exercise?.sets.find((one) => one.doneAt === null);
  if (exercise === undefined || set === undefined) throw new Error('nothing to log');
  return doSet(live, exercise.key, set.key, now);
}

const shown = (live: LiveSession): string | undefined => live.exercises.find((one) => one.key === live.at)?.name;

describe('supersets', () => {
  it('go round in one order and rest when a round is complete', () => {
    let live = session(['A', 'B', 'C'], 'X');
    const seen = [];
    for (let turn = 0; turn < 9; turn += 1) {
      live = tap(live);
      seen.push(`${live.rest === null ? '' : 'rest, '}${shown(live) ?? ''}`);
    }
    expect(seen).toEqual(['B', 'C', 'rest, A', 'B', 'C', 'rest, A', 'B', 'C', 'C']);
  });

  it('go on without a partner that has no sets left', () => {
    let live = session(['A', 'B'], 'X');
    live = { ...live, exercises: live.exercises.map((one, index) => (index === 1 ? { ...one, sets: one.sets.slice(0, 1) } : one)) };
    live = tap(tap(live));
    expect(shown(live)).toBe('A');
    expect(shown(tap(live))).toBe('A');
  });
});

it('carries a new weight over to what is still open, and repetitions only where there are none', () => {
  const exercise = session(['A']).exercises[0];
  if (exercise === undefined) throw new Error('no exercise');
  const [first, second] = exercise.sets;
  const planned = { ...exercise, sets: exercise.sets.map((one) => (one === second ? { ...one, reps: 10 } : one)) };
  const edited = editSet(editSet(planned, first?.key ?? '', { weightKg: 60 }), first?.key ?? '', { reps: 5 });
  expect(edited.sets.map((one) => [one.weightKg, one.reps])).toEqual([[60, 5], [60, 10], [60, 5]]);
});

it('takes a swap back without touching what was written elsewhere meanwhile', () => {
  const live = session(['A', 'B']);
  const old = live.exercises[0];
  if (old === undefined) throw new Error('no exercise');
  const swapped = swapExercise(tap(live), old.key, { id: 'c', name: 'C', timed: false });
  const noted = { ...swapped, notes: 'meanwhile' };
  const back = unswap(noted, swapped.at ?? '', old);
  expect(back.exercises.map((one) => one.name)).toEqual(['A', 'B']);
  expect(back.notes).toBe('meanwhile');
});

describe('the log', () => {
  it('ends with the last set where the session was left lying', () => {
    const live = tap(session(['A']), 10 * MINUTE);
    expect(endOf(live, 30 * MINUTE)).toBe(30 * MINUTE);
    expect(endOf(live, 600 * MINUTE)).toBe(10 * MINUTE);
  });

  it('never ends before it began, should the clock have been set back', () => {
    const log = toLog({ ...session(['A']), startedAt: 60 * MINUTE }, 0);
    expect(log.ended_at).toBe(log.started_at);
  });

  it('holds time and distance for what is measured so, and leaves out what was only planned', () => {
    let live = session(['Sled']);
    live = { ...live, exercises: live.exercises.map((one) => measureBy(one, 'distance')) };
    const exercise = live.exercises[0];
    if (exercise === undefined) throw new Error('no exercise');
    live = { ...live, exercises: [editSet(exercise, exercise.sets[0]?.key ?? '', { seconds: 30, distanceM: 20.5 })] };
    expect(toLog(tap(live, MINUTE), MINUTE).entries?.[0]?.sets).toEqual([{ kind: 'working', reps: null, weight_kg: null, rpe: null, seconds: 30, distance_m: 20.5 }]);
  });
});
