/** The app's one outbox, and what is read again once it has delivered. */
import { AFTER_LOG } from '../api/queries';
import { queryClient } from '../api/queryClient';
import { makeOutbox } from './outbox';

export const outbox = makeOutbox(() => {
  for (const key of AFTER_LOG) void queryClient.invalidateQueries({ queryKey: [key] });
});

/** Tries to send whenever the network or the person may have come back. */
export function followNetwork(onReturn: () => Promise<void>): void {
  const retry = (): void => {
    void onReturn().then(() => outbox.flush()).catch(() => undefined);
  };
  globalThis.addEventListener('online', retry);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') retry();
  });
}
