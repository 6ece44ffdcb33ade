/**
 * Who is signed in. The access token lives in this module's memory only; the refresh token is a cookie that scripts
 * cannot read, or, where the API has an origin of its own, kept by `refreshToken`. Tabs share one renewal: the one that
 * holds the lock asks, the others hear the answer.
 */
import { answerOf, client, takeAccessFrom } from '../api/client';
import { ApiProblem, Unreachable } from '../api/problem';
import type { Session, User } from '../api/types';
import { holder } from '../lib/external';
import { keep, readKept } from '../lib/kept';
import { alone } from '../lib/locks';
import { keepRefreshToken, readRefreshToken } from './refreshToken';

export type SessionState =
  | { status: 'starting' }
  /** This device knows who was signed in; the server is being asked. */
  | { status: 'restoring'; user: User }
  | { status: 'signed_in'; user: User }
  /** The server cannot be reached, but this device knows who was signed in: reading and logging go on. */
  | { status: 'offline'; user: User }
  | { status: 'signed_out'; reason: 'none' | 'ended' };

interface Access {
  value: string;
  expiresAt: number;
}

type Heard = { kind: 'session'; session: Session } | { kind: 'signed_out'; reason: 'none' | 'ended' };

const KNOWN_USER = 'vigor.user';
const EARLY_MS = 30_000;
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vigor-session');

export const session = holder<SessionState>({ status: 'starting' });
let access: Access | null = null;

/** The person using the app, signed in or offline, or null. */
export function currentUser(): User | null {
  return userOf(session.get());
}

/** The person of a session state, or null. */
export function userOf(state: SessionState): User | null {
  return 'user' in state ? state.user : null;
}

/**
 * Restores the session on start. The app opens at once for the person this device remembers; the refresh token is exchanged
 * behind it, and questions to the server wait for that.
 */
export function startSession(): void {
  takeAccessFrom({ current: currentAccess, renew: (spent) => renew(spent) });
  channel?.addEventListener('message', (event: MessageEvent<Heard>) => {
    if (event.data.kind === 'session') accept(event.data.session);
    else lose(event.data.reason);
  });
  const known = readKnownUser();
  // Where nobody has signed in, there is no token to ask with.
  if (known === null) {
    session.set({ status: 'signed_out', reason: 'none' });
    return;
  }
  session.set({ status: 'restoring', user: known });
  void renew(null).catch(() => undefined);
}

/** Takes over a session the server has just given, and tells the other tabs; its refresh token is kept before that. */
export async function adopt({ refresh_token, ...given }: Session): Promise<void> {
  await keepRefreshToken(refresh_token ?? null);
  accept(given);
  channel?.postMessage({ kind: 'session', session: given } satisfies Heard);
}

/** Tries again after the network came back; harmless at any time. */
export async function reconnect(): Promise<void> {
  if (session.get().status === 'offline') await renew(access?.value ?? null);
}

/** Ends the session here or everywhere; local state goes even if the server cannot be told. */
export async function signOut(scope: 'here' | 'everywhere'): Promise<void> {
  const refresh = await refreshBody();
  try {
    await answerOf(client.POST('/api/auth/logout', { body: { everywhere: scope === 'everywhere', ...refresh } }));
  } finally {
    await forget('none');
    channel?.postMessage({ kind: 'signed_out', reason: 'none' } satisfies Heard);
  }
}

/** Forgets the person on this device without asking the server, as after deleting the account. */
export async function forget(reason: 'none' | 'ended'): Promise<void> {
  lose(reason);
  await keepRefreshToken(null);
}

/** Forgets the person in this tab, and who it was on this device; what was begun in the tab too, where they left of their own. */
function lose(reason: 'none' | 'ended'): void {
  access = null;
  if (reason === 'none') sessionStorage.clear();
  keep(KNOWN_USER, null);
  session.set({ status: 'signed_out', reason });
}

async function currentAccess(): Promise<string | null> {
  if (session.get().status === 'signed_out') return null;
  if (access !== null && access.expiresAt - EARLY_MS > Date.now()) return access.value;
  return renew(access?.value ?? null);
}

async function renew(spent: string | null): Promise<string | null> {
  return alone('vigor-refresh', async () => {
    // Another tab, or an earlier caller in this one, may have renewed while we waited.
    if (access !== null && access.value !== spent && access.expiresAt - EARLY_MS > Date.now()) return access.value;
    try {
      const refresh = await refreshBody();
      await adopt(await answerOf(client.POST('/api/auth/refresh', refresh === null ? {} : { body: refresh })));
      return access?.value ?? null;
    } catch (error) {
      if (error instanceof ApiProblem && (error.status === 401 || error.status === 403)) {
        await forget('ended');
        channel?.postMessage({ kind: 'signed_out', reason: 'ended' } satisfies Heard);
        return null;
      }
      const known = readKnownUser();
      session.set(known === null ? { status: 'signed_out', reason: 'none' } : { status: 'offline', user: known });
      if (error instanceof ApiProblem || error instanceof Unreachable) throw error;
      throw new Unreachable('The session could not be renewed.', { cause: error });
    }
  });
}

/** What names the session to the server where no cookie does; null where one does, or where there is no session. */
async function refreshBody(): Promise<{ refresh_token: string } | null> {
  const token = await readRefreshToken();
  return token === undefined ? null : { refresh_token: token };
}

function accept(given: Session): void {
  access = { value: given.access_token, expiresAt: Date.now() + given.expires_in * 1000 };
  keep(KNOWN_USER, JSON.stringify(given.user));
  session.set({ status: 'signed_in', user: given.user });
}

function readKnownUser(): User | null {
  const text = readKept(KNOWN_USER);
  if (text === null) return null;
  try {
    return JSON.parse(text) as User;
  } catch {
    keep(KNOWN_USER, null);
    return null;
  }
}
