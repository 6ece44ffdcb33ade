/** Where the session being logged lives: in memory for the screen, on the device at every change. */
import { holder } from '../lib/external';
import { database } from '../offline/database';
import { keeping } from '../offline/trouble';
import type { LiveSession } from './live';

export const liveSession = holder<LiveSession | null>(null);

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vigor-live');
let writes: Promise<unknown> = Promise.resolve();
let unwritten = 0;

/** Reads back what was being logged, exactly as it was left; nothing where this device keeps nothing. */
export async function loadLive(userId: string): Promise<void> {
  const kept = await database().then((db) => db.get('live', userId)).catch(() => undefined);
  liveSession.set((kept as LiveSession | undefined) ?? null);
}

/** Follows changes made in another tab; those made here and not yet written are newer and come after. */
export function followOtherTabs(userOf: () => string | null): void {
  tabs?.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (unwritten === 0 && data === userOf()) void loadLive(data);
  });
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

/** Resolves when everything changed so far is on the device, or was refused by it. */
export function written(): Promise<unknown> {
  return writes;
}

function persist(userId: string, live: LiveSession | null): void {
  unwritten += 1;
  // One after the other, so that an older state can never overwrite a newer one.
  writes = writes.then(async () => {
    try {
      await keeping(async () => {
        const db = await database();
        if (live === null) await db.delete('live', userId);
        else await db.put('live', live, userId);
      });
      tabs?.postMessage(userId);
    } catch {
      // The person has been told by `trouble`; the session stays in memory, and the next change tries again.
    } finally {
      unwritten -= 1;
    }
  });
}
