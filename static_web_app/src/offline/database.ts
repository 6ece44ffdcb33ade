/** The device's own database: the session being logged, what waits to be sent, and the last answers for offline use. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Log, Problem } from '../api/types';

/** A change waiting to be sent, or parked because the server refused it. */
export interface Waiting {
  seq?: number;
  userId: string;
  logId: string;
  kind: 'save' | 'delete';
  /** The whole log for `save`. */
  log: Log | null;
  /** Whether the server is known to have this log, so that saving it means replacing. */
  known: boolean;
  etag: string | null;
  /** The server's state this change was made from, so that changes made elsewhere can be joined with it. */
  base?: Log | null;
  /** What was sent last without an answer being heard: it may or may not have arrived. */
  attempted?: Log | null;
  /** Not to be sent before this moment (ms), which leaves room for undo. */
  notBefore: number;
  attempts: number;
  parked: Partial<Problem> | null;
  /** What the server has instead, when the two differ and the person has to choose. */
  theirs: Log | null;
}

interface Snapshot {
  key: string;
  userId: string;
  queryKey: readonly unknown[];
  data: unknown;
  at: number;
}

interface VigorDatabase extends DBSchema {
  live: { key: string; value: unknown };
  outbox: { key: number; value: Waiting; indexes: { user: string } };
  snapshots: { key: string; value: Snapshot; indexes: { user: string } };
}

export type Database = IDBPDatabase<VigorDatabase>;

let opened: Promise<Database> | null = null;

/** The open database; rejects where the browser keeps none, and is tried again at the next call. */
export function database(): Promise<Database> {
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** An upgrade adds stores by `if (from < n)` and never drops one that may hold unsent work. */
async function open(): Promise<Database> {
  const db = await openDB<VigorDatabase>('vigor', 1, {
    upgrade(fresh, from) {
      if (from < 1) {
        fresh.createObjectStore('live');
        fresh.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true }).createIndex('user', 'userId');
        fresh.createObjectStore('snapshots', { keyPath: 'key' }).createIndex('user', 'userId');
      }
    },
    // A newer version in another tab wants to upgrade; holding on would block it for good.
    blocking() {
      db.close();
      opened = null;
    },
    terminated() {
      opened = null;
    },
  });
  return db;
}

/** Forgets everything kept for this person on this device. */
export async function eraseFor(userId: string): Promise<void> {
  const db = await database();
  const tx = db.transaction(['live', 'outbox', 'snapshots'], 'readwrite');
  await tx.objectStore('live').delete(userId);
  for (const name of ['outbox', 'snapshots'] as const) {
    const keys = await tx.objectStore(name).index('user').getAllKeys(userId);
    for (const key of keys) await (tx.objectStore(name) as { delete(key: unknown): Promise<void> }).delete(key);
  }
  await tx.done;
}
