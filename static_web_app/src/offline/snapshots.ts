/** The last good answers, kept on the device so that the app opens with something in it and works without a network. */
import type { QueryClient } from '@tanstack/react-query';
import { database } from './database';

const MAX_AGE_MS = 45 * 24 * 3600 * 1000;

/** Puts kept answers into the cache, marked as old so that they are read again when possible; none where none are kept. */
export async function restoreSnapshots(queries: QueryClient, userId: string): Promise<void> {
  const db = await database().catch(() => null);
  if (db === null) return;
  for (const kept of await db.getAllFromIndex('snapshots', 'user', userId)) {
    if (Date.now() - kept.at > MAX_AGE_MS) await db.delete('snapshots', kept.key);
    else if (queries.getQueryData(kept.queryKey) === undefined) {
      queries.setQueryData(kept.queryKey, kept.data, { updatedAt: kept.at });
      void queries.invalidateQueries({ queryKey: kept.queryKey, exact: true, refetchType: 'active' });
    }
  }
}

/** Keeps every fresh answer of a query that asks for it with `meta: { keep: true }`; returns how to stop. */
export function keepSnapshots(queries: QueryClient, userOf: () => string | null): () => void {
  return queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || event.query.meta?.keep !== true) return;
    const userId = userOf();
    if (userId === null || event.action.manual === true) return;
    const { queryKey, state } = event.query;
    // Only a convenience: a device without room for it shows the app all the same.
    void database()
      .then((db) => db.put('snapshots', { key: `${userId}:${JSON.stringify(queryKey)}`, userId, queryKey, data: state.data, at: Date.now() }))
      .catch(() => undefined);
  });
}

/** Forgets every kept answer: where nobody is signed in, nothing that can be had again stays on the device. */
export async function forgetSnapshots(): Promise<void> {
  await database().then((db) => db.clear('snapshots')).catch(() => undefined);
}
