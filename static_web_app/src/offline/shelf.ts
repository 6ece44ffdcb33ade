/** Where waiting changes lie: on the device, or in this page's memory where the device keeps nothing. */
import type { Log } from '../api/types';
import { database, type Waiting } from './database';
import { keeping } from './trouble';

/** Numbers of changes in memory; above any that the database gives, so that they come after what lies there. */
const FIRST_LOOSE = 2 ** 40;

export interface Shelf {
  /** What waits for this person, oldest first. */
  all(userId: string): Promise<Waiting[]>;
  get(seq: number): Promise<Waiting | undefined>;
  /** Puts a change in the place of all that wait for the same log; its number. */
  supersede(item: Waiting): Promise<number>;
  /** Writes a change over itself; nothing happens where it was taken away meanwhile. */
  update(seq: number, values: Partial<Waiting>): Promise<void>;
  /** Takes a change away; what it was, or undefined where it was gone. */
  take(seq: number): Promise<Waiting | undefined>;
  /** How many changes lie in memory only. */
  loose(): number;
}

export function makeShelf(): Shelf {
  const loose = new Map<number, Waiting>();
  let nextLoose = FIRST_LOOSE;

  async function onDevice(userId: string): Promise<Waiting[]> {
    try {
      return await (await database()).getAllFromIndex('outbox', 'user', userId);
    } catch {
      // A browser that keeps nothing has nothing; the first write says so to the person.
      return [];
    }
  }

  async function all(userId: string): Promise<Waiting[]> {
    const kept = [...(await onDevice(userId)), ...[...loose.values()].filter((item) => item.userId === userId)];
    return kept.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  }

  async function writeOver(item: Waiting): Promise<number> {
    const tx = (await database()).transaction('outbox', 'readwrite', { durability: 'strict' });
    const older = (await tx.store.index('user').getAll(item.userId)).filter((other) => other.logId === item.logId);
    for (const { seq } of older) if (seq !== undefined) await tx.store.delete(seq);
    const seq = await tx.store.add(inheriting(item, older));
    await tx.done;
    return seq;
  }

  return {
    all,
    async get(seq) {
      return loose.get(seq) ?? (seq >= FIRST_LOOSE ? undefined : (await database()).get('outbox', seq));
    },
    async supersede(item) {
      const older = [...loose.values()].filter((other) => other.userId === item.userId && other.logId === item.logId);
      const heir = inheriting(item, older);
      for (const { seq } of older) if (seq !== undefined) loose.delete(seq);
      try {
        return await keeping(() => writeOver(heir));
      } catch {
        // An older state on the device stays and goes first; the newer one follows it, from memory.
        const before = (await onDevice(item.userId)).filter((other) => other.logId === item.logId);
        const seq = nextLoose++;
        loose.set(seq, { ...inheriting(heir, before), seq });
        return seq;
      }
    },
    async update(seq, values) {
      const item = loose.get(seq);
      if (item !== undefined) loose.set(seq, { ...item, ...values });
      if (seq >= FIRST_LOOSE) return;
      await keeping(async () => {
        const tx = (await database()).transaction('outbox', 'readwrite');
        const kept = await tx.store.get(seq);
        if (kept !== undefined) await tx.store.put({ ...kept, ...values });
        await tx.done;
      });
    },
    async take(seq) {
      const item = loose.get(seq);
      if (item !== undefined) loose.delete(seq);
      if (seq >= FIRST_LOOSE) return item;
      const tx = (await database()).transaction('outbox', 'readwrite', { durability: 'strict' });
      const kept = await tx.store.get(seq);
      if (kept !== undefined) await tx.store.delete(seq);
      await tx.done;
      return kept;
    },
    loose: () => loose.size,
  };
}

/** A newer state of a log takes over what is known about the server's from the states it replaces. */
function inheriting(item: Waiting, older: readonly Waiting[]): Waiting {
  const last = older.at(-1);
  if (last === undefined) return item;
  const attempted: Log | null = last.attempted ?? null;
  return {
    ...item,
    known: item.known || older.some((one) => one.known),
    etag: item.etag ?? last.etag,
    base: item.base ?? last.base ?? null,
    attempted: item.attempted ?? attempted,
  };
}
