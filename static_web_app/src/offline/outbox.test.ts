/** The queue of logs: in order, once, and nothing lost whatever the network does. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Log } from '../api/types';
import { eraseFor } from './database';
import { makeOutbox, type Outbox } from './outbox';
import { trouble } from './trouble';

const log = (id: string, notes = ''): Log => ({ id, started_at: '2026-11-23T10:00:00Z', notes, entries: [] });
const problem = (status: number): Response =>
  new Response(JSON.stringify({ status, code: 'x', title: 'No', detail: 'No', type: 'x', correlation_id: 'x' }), { status, headers: { 'Content-Type': 'application/problem+json' } });

let sent: { method: string; path: string; body: unknown }[];
let answer: (path: string, method: string) => Response | Promise<Response>;
let later: (() => void)[];
let outbox: Outbox;

beforeEach(async () => {
  sent = [];
  later = [];
  answer = () => new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.clone().text();
    const path = new URL(request.url).pathname;
    sent.push({ method: request.method, path, body: text === '' ? null : JSON.parse(text) });
    return answer(path, request.method);
  });
  outbox = makeOutbox(() => undefined, { now: () => Date.now(), later: (work) => later.push(work) });
  await outbox.open('anna');
});

afterEach(async () => {
  outbox.close();
  await eraseFor('anna');
  vi.unstubAllGlobals();
});

it('sends what was saved, in order, and forgets it once it arrived', async () => {
  await outbox.save(log('log-1'));
  await outbox.save(log('log-2'));
  await outbox.flush();
  expect(sent.map((one) => (one.body as Log).id)).toEqual(['log-1', 'log-2']);
  expect(outbox.state.get().items).toEqual([]);
});

it('keeps everything while the server is away and sends it once when it is back', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  await outbox.save(log('log-1'));
  await outbox.save(log('log-2'));
  await outbox.flush();
  expect(outbox.state.get().items).toHaveLength(2);
  expect(outbox.state.get().reachable).toBe(false);
  sent = [];
  answer = () => new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  await outbox.flush();
  expect(sent).toHaveLength(2);
  expect(outbox.state.get().items).toEqual([]);
});

it('sends only the last state of a log that was changed while it waited', async () => {
  answer = () => problem(503);
  await outbox.save(log('log-1', 'first'));
  await outbox.flush();
  await outbox.save(log('log-1', 'second'));
  sent = [];
  answer = () => new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  await outbox.flush();
  expect(sent.map((one) => (one.body as Log).notes)).toEqual(['second']);
});

it('parks what the server refuses and goes on with the rest', async () => {
  answer = (_, method) => (method === 'POST' && sent.length === 1 ? problem(422) : new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } }));
  await outbox.save(log('log-1'), { holdMs: 0 });
  await outbox.save(log('log-2'));
  await outbox.flush();
  expect(outbox.state.get().items.map((item) => [item.logId, item.parked?.status])).toEqual([['log-1', 422]]);
});

it('takes back what has not been sent, and says so when it has', async () => {
  const held = await outbox.save(log('log-1'), { holdMs: 60_000 });
  await outbox.flush();
  expect(sent).toEqual([]);
  expect(await outbox.cancel(held)).toBe(true);
  const gone = await outbox.save(log('log-2'));
  await outbox.flush();
  expect(await outbox.cancel(gone)).toBe(false);
});

it('goes on with the other logs where one makes the server stumble, and keeps that one', async () => {
  answer = (_, method) => (method === 'POST' && (sent.at(-1)?.body as Log).id === 'log-1' ? problem(500) : new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } }));
  await outbox.save(log('log-1'));
  await outbox.save(log('log-2'));
  await outbox.flush();
  expect(outbox.state.get().items.map((item) => [item.logId, item.parked])).toEqual([['log-1', null]]);
});

it('says that what was sent without an answer may have arrived', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  const seq = await outbox.save(log('log-1'));
  await outbox.flush();
  expect(await outbox.cancel(seq)).toBe(false);
  expect(outbox.state.get().items).toEqual([]);
});

it('joins what another device added to a log it edited, and writes over no version it has not seen', async () => {
  const set = (reps: number) => ({ kind: 'working' as const, reps });
  const of = (...reps: number[]): Log => ({ ...log('log-1'), entries: [{ exercise_id: 'squat', sets: reps.map(set) }] });
  answer = (_, method) => {
    if (method === 'GET') return new Response(JSON.stringify(of(5, 6)), { headers: { 'Content-Type': 'application/json', ETag: '"2"' } });
    return sent.filter((one) => one.method === 'PUT').length === 1 ? problem(412) : new Response('{}', { headers: { 'Content-Type': 'application/json' } });
  };
  await outbox.save(of(5, 7), { known: true, etag: '"1"', base: of(5) });
  await outbox.flush();
  expect(outbox.state.get().items).toEqual([]);
  expect((sent.at(-1)?.body as Log).entries?.[0]?.sets?.map((one) => one.reps)).toEqual([5, 7, 6]);
});

it('keeps a change in the page where the device keeps nothing, says so, and still sends it', async () => {
  const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  await outbox.save(log('log-1'));
  await outbox.flush();
  expect(trouble.get()).toBe('full');
  expect(outbox.loose()).toBe(1);
  add.mockRestore();
  answer = () => new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  await outbox.flush();
  expect(outbox.state.get().items).toEqual([]);
  expect(sent.at(-1)?.body).toMatchObject({ id: 'log-1' });
});
