/** What happens once, before the first screen, and whenever another person signs in. */
import { queryClient } from '../api/queryClient';
import { startText } from '../i18n/text';
import { followNetwork, outbox } from '../offline/queue';
import { keepSnapshots, restoreSnapshots } from '../offline/snapshots';
import { currentUser, reconnect, session, startSession } from '../session/session';
import { followMode } from '../theme/mode';
import { followOtherTabs, liveSession, loadLive } from '../training/liveStore';
import { followUpdates } from './updates';

let serving: string | null = null;

/** Resolves when the first screen can be drawn with what this device knows; the server is asked meanwhile. */
export async function startApp(): Promise<void> {
  followMode();
  followOtherTabs();
  keepSnapshots(queryClient, () => serving);
  session.follow(() => void serve());
  followNetwork(reconnect);
  followUpdates();
  await startText();
  startSession();
  await serve();
}

/** Brings device data in line with who is signed in. */
async function serve(): Promise<void> {
  const user = currentUser();
  const id = user?.id ?? null;
  if (id === serving) return;
  serving = id;
  queryClient.clear();
  if (id === null) {
    outbox.close();
    liveSession.set(null);
    return;
  }
  await Promise.all([restoreSnapshots(queryClient, id), loadLive(id), outbox.open(id)]);
  void navigator.storage.persist().catch(() => false);
}
