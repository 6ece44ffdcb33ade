/** Brings one waiting change to the server, joining it with what another device made of the same log meanwhile. */
import { answerOf, client, taggedAnswerOf } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { Log } from '../api/types';
import type { Waiting } from './database';
import { Clash } from './clash';
import { mergeLogs, sameLog } from './merge';

/** An answer that has not come by then will not: a phone in a basement keeps dead connections open for minutes. */
export const PATIENCE_MS = 15_000;
const SAFETY = 'X-Vigor-Safety';
/** How often a log may change under our hands before that counts as a failure. */
const ROUNDS = 3;

export interface Kept {
  body: Log;
  etag: string | null;
}

/** What the server has under this id now, or null. */
export async function current(id: string): Promise<Kept | null> {
  try {
    return await taggedAnswerOf(client.GET('/api/workouts/logs/{id}', { params: { path: { id } }, signal: soon() }));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

/** Sends one change; answers the safety rule its notes touched, if the server names one. Throws problems and `Clash`. */
export async function transmit(item: Waiting): Promise<string | null> {
  if (item.kind === 'delete') return remove(item);
  const { log } = item;
  if (log === null) return null;
  try {
    if (!item.known) return await create(log);
    if (item.etag !== null) return await replace(log, item.etag);
  } catch (error) {
    if (!isStale(error)) throw error;
    return join(item, log, error);
  }
  return join(item, log, null);
}

async function remove({ logId, etag }: Waiting): Promise<null> {
  const header = etag === null ? {} : { 'If-Match': etag };
  try {
    await answerOf(client.DELETE('/api/workouts/logs/{id}', { params: { path: { id: logId }, header }, signal: soon() }));
  } catch (error) {
    if (isStale(error)) throw new Clash(error, (await current(logId))?.body ?? null);
    if (!(error instanceof ApiProblem && error.status === 404)) throw error;
  }
  return null;
}

async function create(log: Log): Promise<string | null> {
  const made = await client.POST('/api/workouts/logs', { body: log, signal: soon() });
  await answerOf(Promise.resolve(made));
  return made.response.headers.get(SAFETY);
}

async function replace(log: Log, etag: string | null): Promise<string | null> {
  const header = etag === null ? {} : { 'If-Match': etag };
  const made = await client.PUT('/api/workouts/logs/{id}', { params: { path: { id: log.id }, header }, body: log, signal: soon() });
  await answerOf(Promise.resolve(made));
  return made.response.headers.get(SAFETY);
}

/** Writes over the server's state only what this device changed; over its own earlier state, everything. */
async function join(item: Waiting, log: Log, stale: ApiProblem | null): Promise<string | null> {
  let last = stale;
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await current(log.id);
    if (kept === null) {
      if (item.known) throw new ApiProblem(404, last?.problem.status === 404 ? last.problem : { status: 404, code: 'not_found' });
      return create(log);
    }
    if (sameLog(kept.body, log)) return null;
    const joined = joinedWith(item, log, kept.body);
    if (joined === null) throw new Clash(last ?? new ApiProblem(409, { status: 409, code: 'log_conflict' }), kept.body);
    if (sameLog(kept.body, joined)) return null;
    try {
      return await replace(joined, kept.etag);
    } catch (error) {
      if (!isStale(error)) throw error;
      last = error;
    }
  }
  throw last ?? new ApiProblem(409, { status: 409, code: 'log_conflict' });
}

function joinedWith({ base, attempted }: Waiting, mine: Log, theirs: Log): Log | null {
  // What an unheard earlier attempt left there is our own, and is simply carried on.
  if (attempted != null && sameLog(attempted, theirs)) return mine;
  const from = base ?? attempted ?? null;
  return from === null ? null : mergeLogs(from, mine, theirs);
}

function isStale(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && (error.status === 409 || error.status === 412);
}

function soon(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
