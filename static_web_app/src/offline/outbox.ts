/**
 * The queue of logs made or changed on this device. Writing goes here first and always succeeds; sending happens in
 * order, from one tab at a time, and never loses or doubles a log: its id is made here and the server keeps one per id.
 */
import { answerOf, client, taggedAnswerOf } from '../api/client';
import { ApiProblem, isTemporary, Unreachable } from '../api/problem';
import type { Log } from '../api/types';
import { holder } from '../lib/external';
import { alone } from '../lib/locks';
import { database, type Waiting } from './database';

export interface OutboxState {
  items: Waiting[];
  sending: boolean;
  /** Whether the last attempt reached the server. */
  reachable: boolean;
  /** The safety rule that a log's notes touched, until the person has seen it. */
  safety: string | null;
}

export interface Outbox {
  state: ReturnType<typeof holder<OutboxState>>;
  /** Begins serving this person: reads what waits from before and sends it. */
  open(userId: string): Promise<void>;
  close(): void;
  save(log: Log, options?: { known?: boolean; etag?: string | null; holdMs?: number }): Promise<number>;
  remove(logId: string, options?: { etag?: string | null; holdMs?: number }): Promise<number>;
  /** Takes back what is still waiting; false when it has been sent already. */
  cancel(seq: number): Promise<boolean>;
  /** Sends a parked log again, changed or not, over whatever the server has. */
  insist(seq: number, log?: Log): Promise<void>;
  flush(): Promise<void>;
  /** The person has read the safety message. */
  safetySeen(): void;
}

/** What to tell when logs have reached the server, so that lists are read again. */
export type OnSent = (sent: Waiting[]) => void;

const MAX_WAIT_MS = 60_000;
const SAFETY = 'X-Vigor-Safety';

/** Builds an outbox; `now` and `later` are the clock, given by tests. */
export function makeOutbox(
  onSent: OnSent,
  clock: { now: () => number; later: (work: () => void, ms: number) => unknown } = {
    now: () => Date.now(),
    later: (work, ms) => setTimeout(work, ms),
  },
): Outbox {
  const state = holder<OutboxState>({ items: [], sending: false, reachable: true, safety: null });
  const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vigor-outbox');
  let userId: string | null = null;
  let failures = 0;

  tabs?.addEventListener('message', () => void reload());

  async function reload(): Promise<void> {
    const of = userId;
    if (of === null) return;
    const items = await (await database()).getAllFromIndex('outbox', 'user', of);
    if (of === userId) state.set({ ...state.get(), items: items.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0)) });
  }

  async function changed(): Promise<void> {
    await reload();
    tabs?.postMessage('changed');
  }

  async function put(item: Waiting): Promise<number> {
    const db = await database();
    const tx = db.transaction('outbox', 'readwrite', { durability: 'strict' });
    const mine = (await tx.store.index('user').getAll(item.userId)).filter((other) => other.logId === item.logId);
    // A newer state of the same log replaces what still waits; only the last one has to arrive.
    let known = item.known;
    for (const older of mine) {
      known ||= older.known;
      if (older.seq !== undefined) await tx.store.delete(older.seq);
    }
    const seq = await tx.store.add({ ...item, known });
    await tx.done;
    await changed();
    void flush();
    return seq;
  }

  function waiting(logId: string, kind: Waiting['kind'], log: Log | null, options: { known?: boolean; etag?: string | null; holdMs?: number }): Waiting {
    if (userId === null) throw new Error('The outbox serves nobody yet.');
    return {
      userId, logId, kind, log, known: options.known ?? false, etag: options.etag ?? null,
      notBefore: clock.now() + (options.holdMs ?? 0), attempts: 0, parked: null, theirs: null,
    };
  }

  async function flush(): Promise<void> {
    const of = userId;
    if (of === null) return;
    await alone('vigor-outbox', async () => {
      if (of !== userId) return;
      await reload();
      state.set({ ...state.get(), sending: true });
      const sent: Waiting[] = [];
      try {
        for (const item of state.get().items) {
          if (of !== userId) break;
          if (item.parked !== null) continue;
          const early = item.notBefore - clock.now();
          if (early > 0) {
            clock.later(() => void flush(), early + 20);
            continue;
          }
          if (!(await deliver(item))) break;
          sent.push(item);
        }
      } finally {
        state.set({ ...state.get(), sending: false });
        await changed();
        if (sent.length > 0) onSent(sent);
      }
    });
  }

  /** True when the queue may go on, false when the server is away and order must be kept. */
  async function deliver(item: Waiting): Promise<boolean> {
    const db = await database();
    // Undone, or replaced by a newer state, since the list was read.
    if (item.seq === undefined || (await db.get('outbox', item.seq)) === undefined) return true;
    try {
      const safety = await transmit(item);
      if (safety !== null) state.set({ ...state.get(), safety });
      await db.delete('outbox', item.seq);
      failures = 0;
      state.set({ ...state.get(), reachable: true });
      return true;
    } catch (error) {
      if (isTemporary(error)) {
        failures += 1;
        state.set({ ...state.get(), reachable: !(error instanceof Unreachable) });
        const asked = error instanceof ApiProblem && error.retryAfterS !== null ? error.retryAfterS * 1000 : 0;
        clock.later(() => void flush(), Math.max(asked, Math.min(MAX_WAIT_MS, 1000 * 2 ** Math.min(failures, 6))));
        return false;
      }
      if (!(error instanceof ApiProblem)) throw error;
      const theirs = error.status === 409 || error.status === 412 ? await current(item.logId) : null;
      await db.put('outbox', { ...item, attempts: item.attempts + 1, parked: error.problem, theirs: theirs?.body ?? null });
      return true;
    }
  }

  return {
    state,
    async open(id) {
      userId = id;
      failures = 0;
      await reload();
      void flush();
    },
    close() {
      userId = null;
      state.set({ items: [], sending: false, reachable: true, safety: null });
    },
    save: (log, options = {}) => put(waiting(log.id, 'save', log, options)),
    remove: (logId, options = {}) => put(waiting(logId, 'delete', null, { ...options, known: true })),
    async cancel(seq) {
      // Under the same lock as sending: it is either still here or has arrived, never in between.
      const taken = await alone('vigor-outbox', async () => {
        const db = await database();
        if ((await db.get('outbox', seq)) === undefined) return false;
        await db.delete('outbox', seq);
        return true;
      });
      await changed();
      return taken;
    },
    async insist(seq, log) {
      const db = await database();
      const item = await db.get('outbox', seq);
      if (item === undefined) return;
      const theirs = item.kind === 'save' ? await current(item.logId).catch(() => null) : null;
      await db.put('outbox', { ...item, log: log ?? item.log, known: item.known || theirs !== null, etag: theirs?.etag ?? null, parked: null, theirs: null, notBefore: 0 });
      await changed();
      await flush();
    },
    flush,
    safetySeen: () => state.set({ ...state.get(), safety: null }),
  };
}

/** Sends one change; the safety rule its notes touched, if the server names one. */
async function transmit(item: Waiting): Promise<string | null> {
  const path = { id: item.logId };
  const header = item.etag === null ? {} : { 'If-Match': item.etag };
  if (item.kind === 'delete') {
    const gone = answerOf(client.DELETE('/api/workouts/logs/{id}', { params: { path, header } }));
    await gone.catch((error: unknown) => {
      if (!(error instanceof ApiProblem && error.status === 404)) throw error;
    });
    return null;
  }
  const { log } = item;
  if (log === null) return null;
  if (!item.known) {
    const made = await client.POST('/api/workouts/logs', { body: log });
    // Ids are made here and are random, so another body under this id is an earlier state of the same session.
    if (made.response.status !== 409) {
      await answerOf(Promise.resolve(made));
      return made.response.headers.get(SAFETY);
    }
  }
  const replaced = await client.PUT('/api/workouts/logs/{id}', { params: { path, header }, body: log });
  await answerOf(Promise.resolve(replaced));
  return replaced.response.headers.get(SAFETY);
}

async function current(id: string): Promise<{ body: Log; etag: string | null } | null> {
  try {
    return await taggedAnswerOf(client.GET('/api/workouts/logs/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
