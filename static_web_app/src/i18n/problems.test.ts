/** Every refusal that the API document names can be said in German, and so can what it says about fields. */
import { expect, it } from 'vitest';
import document from '../../openapi.json?raw';
import { germanField, germanProblems } from './problems';

it('has words for every code of the API document', () => {
  const named = [...document.matchAll(/"description": "Problem: ([a-z_, ]+)\./g)].flatMap((found) => (found[1] ?? '').split(/,\s*/));
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((code) => !(code in germanProblems))).toEqual([]);
});

it.each([['is required', 'Das wird gebraucht.'], ['must be at least 0.5', 'Mindestens 0,5.'], ['must have at most 30 characters', 'Höchstens 30 Zeichen.'], ['something nobody foresaw', 'Dieser Wert passt hier nicht.']] as const)('says %s in German', (said, words) => {
  expect(germanField(said)).toBe(words);
});
