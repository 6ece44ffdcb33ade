/** What happens once, before the first screen, and whenever another person signs in. */
import { exercisesQuery, nextQuery, plansQuery, profileQuery } from '../api/queries';
import { queryClient } from '../api/queryClient';
import { startText } from '../i18n/text';
import { followInstallOffer } from '../lib/install';
import { followNetwork, outbox } from '../offline/queue';
import { forgetSnapshots, keepSnapshots, restoreSnapshots } from '../offline/snapshots';
import { currentUser, reconnect, session, startSession } from '../session/session';
import { followMode } from '../theme/mode';
import { followOtherTabs, liveSession, loadLive } from '../training/liveStore';
import { followUpdates } from './updates';

let serving: string | null = null;
let readiedFor: string | null = null;

/** Resolves when the first screen can be drawn with what this device knows; the server is asked meanwhile. */
export async function startApp(): Promise<void> {
  followMode();
  followOtherTabs(() => serving);
  keepSnapshots(queryClient, () => serving);
  session.follow(() => void serve().then(makeReady));
  followNetwork(reconnect);
  followUpdates();
  followInstallOffer();
  await startText();
  startSession();
  await serve();
}

/** Asks once a visit for what the logger needs in a basement; failing is no matter, as pages ask again themselves. */
function makeReady(): void {
  const state = session.get();
  if (state.status !== 'signed_in' || readiedFor === state.user.id) return;
  readiedFor = state.user.id;
  const ask = (): void => void askAhead().catch(() => undefined);
  if (typeof requestIdleCallback === 'function') requestIdleCallback(ask);
  else setTimeout(ask, 1000);
}

/** The catalogue, the profile and, where there is a plan, its next session. */
async function askAhead(): Promise<void> {
  void queryClient.prefetchQuery(exercisesQuery);
  void queryClient.prefetchQuery(profileQuery);
  const plans = await queryClient.fetchQuery(plansQuery);
  if (plans.items.length > 0) await queryClient.prefetchQuery(nextQuery);
}

/** Brings device data in line with who is signed in. */
async function serve(): Promise<void> {
  const user = currentUser();
  const id = user?.id ?? null;
  if (id === null) void forgetSnapshots();
  if (id === serving) return;
  serving = id;
  queryClient.clear();
  if (id === null) {
    outbox.close();
    liveSession.set(null);
    return;
  }
  await Promise.all([restoreSnapshots(queryClient, id), loadLive(id), outbox.open(id)]);
  // Missing outside secure contexts, whatever the types say.
  void (navigator.storage as StorageManager | undefined)?.persist().catch(() => false);
}
