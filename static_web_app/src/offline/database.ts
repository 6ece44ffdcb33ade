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

/** The open database; opened once. An upgrade adds stores and never drops one that may hold unsent work. */
export function database(): Promise<Database> {
  opened ??= openDB<VigorDatabase>('vigor', 1, {
    upgrade(db) {
      db.createObjectStore('live');
      db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true }).createIndex('user', 'userId');
      db.createObjectStore('snapshots', { keyPath: 'key' }).createIndex('user', 'userId');
    },
    terminated() {
      opened = null;
    },
  });
  return opened;
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
