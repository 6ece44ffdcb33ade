/** The history a person sees: what the server has, with what this device has not sent yet laid over it. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { logsQuery } from '../api/queries';
import type { Log } from '../api/types';
import { useHeld } from '../lib/external';
import type { Waiting } from '../offline/database';
import { outbox } from '../offline/queue';

export interface HistoryItem {
  log: Log;
  state: 'saved' | 'waiting' | 'parked';
}

/** Lays waiting changes over the server's list; newest first. */
export function mergeHistory(kept: readonly Log[], waiting: readonly Waiting[]): HistoryItem[] {
  const byId = new Map<string, HistoryItem>(kept.map((log) => [log.id, { log, state: 'saved' }]));
  for (const change of waiting) {
    if (change.kind === 'delete' && change.parked === null) byId.delete(change.logId);
    else if (change.log !== null) byId.set(change.logId, { log: change.log, state: change.parked === null ? 'waiting' : 'parked' });
  }
  return [...byId.values()].sort((a, b) => Date.parse(b.log.started_at) - Date.parse(a.log.started_at));
}

/** The merged history, page by page. */
export function useHistory() {
  const query = useInfiniteQuery(logsQuery);
  const { items } = useHeld(outbox.state);
  const kept = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, items: mergeHistory(kept, items), hasData: query.data !== undefined || items.length > 0 };
}
