/** The refresh token of a client whose API has an origin of its own: what one tab kept, another reads. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Tab from './refreshToken';

/** A page of its own, over the same device. */
async function tab(): Promise<typeof Tab> {
  vi.resetModules();
  return import('./refreshToken');
}

beforeEach(() => vi.stubEnv('VIGOR_API_ADDRESS', 'https://api.example'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('what one tab kept is there for another and after a reload, until it is forgotten', async () => {
  const [one, other] = [await tab(), await tab()];
  await one.keepRefreshToken('first');
  expect(await other.readRefreshToken()).toBe('first');
  await other.keepRefreshToken('second');
  expect(await one.readRefreshToken()).toBe('second');
  await one.keepRefreshToken(null);
  expect(await (await tab()).readRefreshToken()).toBeUndefined();
});

test('where the browser keeps nothing, the page has it in memory', async () => {
  const page = await tab();
  vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('no', 'SecurityError'); } });
  await page.keepRefreshToken('first');
  expect(await page.readRefreshToken()).toBe('first');
  await page.keepRefreshToken(null);
  expect(await page.readRefreshToken()).toBeUndefined();
});

test('under our own origin nothing is kept that scripts can read', async () => {
  vi.stubEnv('VIGOR_API_ADDRESS', '');
  const page = await tab();
  await page.keepRefreshToken('first');
  expect(await page.readRefreshToken()).toBeUndefined();
  vi.stubEnv('VIGOR_API_ADDRESS', 'https://api.example');
  expect(await (await tab()).readRefreshToken()).toBeUndefined();
});
