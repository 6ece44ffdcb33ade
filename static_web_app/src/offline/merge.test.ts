/** Two devices, one workout: nothing either of them added is lost, and only what both changed is asked about. */
import { describe, expect, it } from 'vitest';
import type { Log, LoggedSet } from '../api/types';
import { mergeLogs, sameLog, uniteLogs } from './merge';

const set = (reps: number): LoggedSet => ({ kind: 'working', reps, weight_kg: 100 });
const log = (reps: number[], more: Partial<Log> = {}): Log => ({ id: 'a', started_at: '2026-11-23T10:00:00Z', entries: [{ exercise_id: 'squat', sets: reps.map(set) }], ...more });
const repsOf = (merged: Log | null): (number | null | undefined)[] | undefined => merged?.entries?.[0]?.sets?.map((one) => one.reps);

describe('merging from a common state', () => {
  it.each([
    ['sets added on both sides', [5], [5, 6], [5, 7], [5, 6, 7]],
    ['equal sets added on both sides', [5], [5, 6], [5, 6], [5, 6, 6]],
    ['a set removed here and one added there', [5, 6], [6], [5, 6, 7], [6, 7]],
    ['a set changed there only', [5, 6], [5, 6], [5, 8], [5, 8]],
    ['the same change on both sides', [5], [8], [8], [8]],
  ])('keeps %s', (_, base, mine, theirs, merged) => {
    expect(repsOf(mergeLogs(log(base), log(mine), log(theirs)))).toEqual(merged);
  });

  it('asks where both changed the same set, or the same words', () => {
    expect(mergeLogs(log([5]), log([6]), log([7]))).toBeNull();
    expect(mergeLogs(log([5]), log([5], { notes: 'here' }), log([5], { notes: 'there' }))).toBeNull();
  });

  it('takes words and facts from the side that changed them, and exercises from both', () => {
    const theirs = log([5], { title: 'Legs', entries: [...(log([5]).entries ?? []), { name: 'Sled', sets: [{ distance_m: 20 }] }] });
    const merged = mergeLogs(log([5]), log([5], { notes: 'here' }), theirs);
    expect(merged).toMatchObject({ title: 'Legs', notes: 'here' });
    expect(merged?.entries?.map((entry) => entry.exercise_id ?? entry.name)).toEqual(['squat', 'Sled']);
  });
});

it('unites two logs without losing a set or doubling one that both have', () => {
  expect(repsOf(uniteLogs(log([5, 6]), log([5, 7, 7])))).toEqual([5, 6, 7, 7]);
});

it('takes a log for the same however nothing and moments are written', () => {
  const bare: Log = { id: 'a', started_at: '2026-11-23T10:00:00.000Z', entries: [{ exercise_id: 'squat', sets: [{ reps: 5, weight_kg: 100 }] }] };
  const full: Log = { ...bare, started_at: '2026-11-23T10:00:00Z', notes: null, entries: [{ exercise_id: 'squat', name: null, notes: null, sets: [{ kind: 'working', reps: 5, weight_kg: 100, rpe: null }] }] };
  expect(sameLog(bare, full)).toBe(true);
  expect(sameLog(bare, log([6]))).toBe(false);
});
