/**
 * The queue of logs made or changed on this device. Writing goes here first and always succeeds; sending happens in
 * order, from one tab at a time, and never loses or doubles a log: its id is made here and the server keeps one per id.
 */
import { ApiProblem, isTemporary, Unreachable } from '../api/problem';
import type { Log } from '../api/types';
import { holder } from '../lib/external';
import { alone } from '../lib/locks';
import type { Waiting } from './database';
import { Clash } from './clash';
import { makeShelf } from './shelf';

export interface OutboxState {
  items: Waiting[];
  sending: boolean;
  /** Whether the last attempt reached the server. */
  reachable: boolean;
  /** The safety rule that a log's notes touched, until the person has seen it. */
  safety: string | null;
}

export interface SaveOptions {
  /** Whether the server is known to have this log, so that saving means replacing. */
  known?: boolean;
  etag?: string | null;
  /** The server's state the log was changed from. */
  base?: Log | null;
  holdMs?: number;
}

export interface Outbox {
  state: ReturnType<typeof holder<OutboxState>>;
  /** Begins serving this person: reads what waits from before and sends it. */
  open(userId: string): Promise<void>;
  close(): void;
  save(log: Log, options?: SaveOptions): Promise<number>;
  remove(logId: string, options?: { etag?: string | null; holdMs?: number }): Promise<number>;
  /** Takes back what still waits; false when it has been sent, or may have arrived unheard. */
  cancel(seq: number): Promise<boolean>;
  /** Sends a parked log again, changed or not, over whatever the server has. */
  insist(seq: number, log?: Log): Promise<void>;
  flush(): Promise<void>;
  /** How many changes this page alone holds, because the device keeps nothing. */
  loose(): number;
  /** The person has read the safety message. */
  safetySeen(): void;
}

/** What to tell when logs have reached the server, so that lists are read again. */
export type OnSent = (sent: Waiting[]) => void;

type Outcome = 'sent' | 'set_aside' | 'away';

const MAX_WAIT_MS = 60_000;

/** How things are sent, loaded when there is something: the first screen does not wait for it. */
async function delivery() {
  try {
    return await import('./delivery');
  } catch (error) {
    throw new Unreachable('A part of the app could not be loaded.', { cause: error });
  }
}

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
  const shelf = makeShelf();
  let userId: string | null = null;
  let failures = 0;

  tabs?.addEventListener('message', () => void reload());

  const tell = (values: Partial<OutboxState>): void => state.set({ ...state.get(), ...values });

  async function reload(): Promise<void> {
    const of = userId;
    if (of === null) return;
    const items = await shelf.all(of);
    if (of === userId) tell({ items });
  }

  async function changed(): Promise<void> {
    await reload();
    tabs?.postMessage('changed');
  }

  async function put(kind: Waiting['kind'], logId: string, log: Log | null, options: SaveOptions): Promise<number> {
    if (userId === null) throw new Error('The outbox serves nobody yet.');
    const seq = await shelf.supersede({
      userId, logId, kind, log, known: options.known ?? false, etag: options.etag ?? null, base: options.base ?? null, attempted: null,
      notBefore: clock.now() + (options.holdMs ?? 0), attempts: 0, parked: null, theirs: null,
    });
    await changed();
    void flush();
    return seq;
  }

  async function flush(): Promise<void> {
    const of = userId;
    if (of === null) return;
    await alone('vigor-outbox', async () => {
      if (of !== userId) return;
      await reload();
      tell({ sending: true });
      const sent: Waiting[] = [];
      try {
        for (const item of state.get().items) {
          if (of !== userId) break;
          if (item.parked !== null) continue;
          const early = item.notBefore - clock.now();
          if (early > 0) {
            again(early + 20);
            continue;
          }
          const outcome = await deliver(item);
          if (outcome === 'away') break;
          if (outcome === 'sent') sent.push(item);
        }
      } finally {
        tell({ sending: false });
        await changed();
        if (sent.length > 0) onSent(sent);
      }
    });
  }

  function again(ms: number): void {
    clock.later(() => void flush(), ms);
  }

  async function deliver(listed: Waiting): Promise<Outcome> {
    const seq = listed.seq ?? 0;
    // Undone, or replaced by a newer state, since the list was read.
    const item = await shelf.get(seq);
    if (item === undefined) return 'set_aside';
    try {
      // Noted before it goes out, so that a page killed in between knows that it may have arrived.
      await shelf.update(seq, { attempts: item.attempts + 1, attempted: item.log }).catch(() => undefined);
      const { transmit } = await delivery();
      const safety = await transmit(item);
      if (safety !== null) tell({ safety });
      await shelf.take(seq);
      failures = 0;
      tell({ reachable: true });
      return 'sent';
    } catch (error) {
      return setAside(seq, error);
    }
  }

  async function setAside(seq: number, error: unknown): Promise<Outcome> {
    if (isTemporary(error)) {
      failures += 1;
      tell({ reachable: !(error instanceof Unreachable) });
      const asked = error instanceof ApiProblem && error.retryAfterS !== null ? error.retryAfterS * 1000 : 0;
      again(Math.max(asked, Math.min(MAX_WAIT_MS, 1000 * 2 ** Math.min(failures, 6))));
      // A fault that this one log provokes shall not hold back the others.
      return error instanceof ApiProblem && error.status === 500 ? 'set_aside' : 'away';
    }
    const clash = error instanceof Clash ? error : null;
    const problem = clash?.problem ?? error;
    if (!(problem instanceof ApiProblem)) throw error;
    await shelf.update(seq, { attempted: null, parked: problem.problem, theirs: clash?.theirs ?? null });
    return 'set_aside';
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
    save: (log, options = {}) => put('save', log.id, log, options),
    remove: (logId, options = {}) => put('delete', logId, null, { ...options, known: true }),
    async cancel(seq) {
      const taken = await shelf.take(seq);
      await changed();
      return taken !== undefined && (taken.attempts === 0 || taken.parked !== null);
    },
    async insist(seq, log) {
      const item = await shelf.get(seq);
      if (item === undefined) return;
      // Without a connection the choice still counts: it is made against what was shown.
      const kept = await delivery().then(({ current }) => current(item.logId)).catch(() => undefined);
      await shelf.update(seq, {
        log: log ?? item.log, known: kept === undefined ? item.known : item.kind === 'delete' || kept !== null, etag: kept?.etag ?? null,
        base: kept?.body ?? item.theirs ?? item.base ?? null, attempts: 0, attempted: null, parked: null, theirs: null, notBefore: 0,
      });
      await changed();
      await flush();
    },
    flush,
    loose: shelf.loose,
    safetySeen: () => tell({ safety: null }),
  };
}
