/** Where the session being logged lives: in memory for the screen, on the device at every change. */
import { holder } from '../lib/external';
import { database } from '../offline/database';
import type { LiveSession } from './live';

export const liveSession = holder<LiveSession | null>(null);

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vigor-live');
let writes: Promise<unknown> = Promise.resolve();

/** Reads back what was being logged, exactly as it was left. */
export async function loadLive(userId: string): Promise<void> {
  const kept = await (await database()).get('live', userId);
  liveSession.set((kept as LiveSession | undefined) ?? null);
}

/** Follows changes made in another tab. */
export function followOtherTabs(): void {
  tabs?.addEventListener('message', (event: MessageEvent<string>) => void loadLive(event.data));
}

/** Begins, or takes up again, a session. */
export function putLive(live: LiveSession): void {
  liveSession.set(live);
  persist(live.userId, live);
}

/** Applies one change to the session, if there is one. */
export function changeLive(change: (live: LiveSession) => LiveSession): void {
  const live = liveSession.get();
  if (live !== null) putLive(change(live));
}

/** Ends the session on this device; what was done has gone to the outbox before. */
export function dropLive(): void {
  const live = liveSession.get();
  if (live === null) return;
  liveSession.set(null);
  persist(live.userId, null);
}

/** Resolves when everything changed so far is on the device. */
export function written(): Promise<unknown> {
  return writes;
}

function persist(userId: string, live: LiveSession | null): void {
  // One after the other, so that an older state can never overwrite a newer one.
  writes = writes
    .catch(() => undefined)
    .then(async () => {
      const db = await database();
      if (live === null) await db.delete('live', userId);
      else await db.put('live', live, userId);
      tabs?.postMessage(userId);
    });
}
