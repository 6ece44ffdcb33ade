/** One log as this device knows it: what waits here wins over what the server has. */
import { useQuery } from '@tanstack/react-query';
import { logQuery, logsQuery } from '../api/queries';
import { queryClient } from '../api/queryClient';
import type { Log } from '../api/types';
import { useHeld } from '../lib/external';
import type { Waiting } from '../offline/database';
import { outbox } from '../offline/queue';

export interface KeptLog {
  log: Log;
  etag: string | null;
  /** Whether it has not reached the server yet. */
  waiting: boolean;
  /** Why the server refused it, where it did. */
  refused: Waiting['parked'];
}

export function useKeptLog(id: string): { data: KeptLog | undefined; error: unknown; refetch: () => unknown } {
  const { items } = useHeld(outbox.state);
  const mine = items.find((item) => item.logId === id && item.log !== null);
  const query = useQuery({ ...logQuery(id), enabled: mine === undefined });
  if (mine?.log != null) return { data: { log: mine.log, etag: null, waiting: true, refused: mine.parked }, error: null, refetch: query.refetch };
  if (query.data !== undefined) return { data: { log: query.data.body, etag: query.data.etag, waiting: false, refused: null }, error: null, refetch: query.refetch };
  // Offline, the list may have it although this page was never opened.
  const listed = query.error == null ? undefined : queryClient.getQueryData(logsQuery.queryKey)?.pages.flatMap((page) => page.items).find((log) => log.id === id);
  return { data: listed === undefined ? undefined : { log: listed, etag: null, waiting: false, refused: null }, error: query.error, refetch: query.refetch };
}
