/**
 * The refresh token where the API has an origin of its own, which no cookie of ours reaches; elsewhere there is none to
 * see. Kept in the device's database, as a tab that gets the lock must read what the tab before it wrote, and a phone
 * that dies must not bring a spent token back: neither is promised of localStorage. See docs/decisions/0006.
 */
import { openDB, type IDBPDatabase } from 'idb';
import { isApart } from '../api/address';

const STORE = 'tokens';
const KEY = 'refresh';

let opened: Promise<IDBPDatabase> | null = null;
/** What is not kept yet, or cannot be where the browser keeps nothing: good for as long as the page is open. */
let unkept: string | null = null;

/** The token to continue the session with, if this device has one. */
export async function readRefreshToken(): Promise<string | undefined> {
  if (!isApart) return undefined;
  if (unkept !== null) return unkept;
  try {
    return (await (await database()).get(STORE, KEY)) as string | undefined;
  } catch {
    return undefined; // the server is asked without one, and says that there is no session
  }
}

/** Puts `token` in place of the one before; null forgets it. Resolves when it is on the disk. */
export async function keepRefreshToken(token: string | null): Promise<void> {
  if (!isApart) return;
  unkept = token;
  try {
    const tx = (await database()).transaction(STORE, 'readwrite', { durability: 'strict' });
    await Promise.all([token === null ? tx.store.delete(KEY) : tx.store.put(token, KEY), tx.done]);
    if (unkept === token) unkept = null;
  } catch {
    // Forbidden or full: this page's memory has it.
  }
}

function database(): Promise<IDBPDatabase> {
  opened ??= openDB('vigor-session', 1, {
    upgrade: (fresh) => void fresh.createObjectStore(STORE),
    terminated: () => (opened = null),
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}
