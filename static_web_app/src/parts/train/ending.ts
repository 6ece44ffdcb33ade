/** How a session ends: kept or thrown away, and taken back where that was a slip. */
import { newId } from '../../lib/ids';
import { outbox } from '../../offline/queue';
import { endOf, toLog, type LiveSession } from '../../training/live';
import { dropLive, liveSession, putLive, written } from '../../training/liveStore';

export interface Ended {
  logId: string;
  /** Opens the session again as it was, and makes the server forget what it may have heard; false where another runs. */
  takeBack: () => Promise<boolean>;
}

/** Puts the session into the outbox and ends it here. */
export async function keepSession(live: LiveSession): Promise<Ended> {
  const log = toLog(live, endOf(live, Date.now()));
  const seq = await outbox.save(log, live);
  dropLive();
  // Else a page closed at this very moment would open the finished session again.
  await written();
  async function takeBack(): Promise<boolean> {
    if (liveSession.get() !== null) return false;
    const unsent = await outbox.cancel(seq);
    if (unsent) putLive(live);
    else if (live.base != null) {
      await outbox.save(live.base, { known: true, base: log });
      putLive({ ...live, etag: null });
    } else {
      await outbox.remove(log.id);
      // The old id is on its way to being erased, so the session goes on under a new one.
      putLive({ ...live, id: newId(), known: false });
    }
    return true;
  }
  return { logId: log.id, takeBack };
}

/** Throws the session away. */
export function discardSession(live: LiveSession): Omit<Ended, 'logId'> {
  dropLive();
  return {
    takeBack() {
      const free = liveSession.get() === null;
      if (free) putLive(live);
      return Promise.resolve(free);
    },
  };
}
