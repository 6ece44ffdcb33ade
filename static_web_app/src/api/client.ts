/** The transport: one typed client that adds the access token, renews it once when it is refused, and throws problems. */
import createClient, { type Middleware } from 'openapi-fetch';
import { API_ADDRESS, isApart } from './address';
import { toProblem, Unreachable } from './problem';
import type { paths } from './schema';

/** How the transport learns about the session without knowing who keeps it. */
export interface AccessSource {
  /** The access token for the next request, or null when nobody is signed in. */
  current(): Promise<string | null>;
  /** Called when `spent` was refused; a fresh access token, or null when the session is over. */
  renew(spent: string): Promise<string | null>;
}

let source: AccessSource = { current: () => Promise.resolve(null), renew: () => Promise.resolve(null) };

/** Says where access tokens come from; called once at start. */
export function takeAccessFrom(next: AccessSource): void {
  source = next;
}

const HEADER = 'X-Vigor-Authorization';
const isAuthRoute = (url: string): boolean => /\/api\/auth\/(login|register|refresh|oidc|oidc\/code)$/.test(new URL(url).pathname);

async function send(request: Request): Promise<Response> {
  try {
    return await globalThis.fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable('The server could not be reached.', { cause: error });
  }
}

async function sendSignedIn(request: Request): Promise<Response> {
  if (isAuthRoute(request.url)) return send(request);
  const access = await source.current();
  if (access === null) return send(request);
  const again = request.clone();
  request.headers.set(HEADER, `Bearer ${access}`);
  const response = await send(request);
  if (response.status !== 401) return response;
  const problem: unknown = await response.clone().json().catch(() => null);
  if (codeOf(problem) !== 'not_signed_in') return response;
  const renewed = await source.renew(access);
  if (renewed === null) return response;
  again.headers.set(HEADER, `Bearer ${renewed}`);
  return send(again);
}

function codeOf(problem: unknown): string | null {
  return typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : null;
}

const mark: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-Vigor-Client', isApart ? 'native' : 'web');
    return request;
  },
};

export const client = createClient<paths>({
  baseUrl: API_ADDRESS,
  fetch: sendSignedIn,
  credentials: isApart ? 'omit' : 'same-origin',
});
client.use(mark);

interface Settled<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; throws `ApiProblem` for any other and `Unreachable` for none. */
export async function answerOf<T>(pending: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await pending;
  if (!response.ok) throw toProblem(response, error);
  return data as T;
}

/** As `answerOf`, with the answer's ETag for a later `If-Match`. */
export async function taggedAnswerOf<T>(pending: Promise<Settled<T>>): Promise<{ body: T; etag: string | null }> {
  const settled = await pending;
  const body = await answerOf(Promise.resolve(settled));
  return { body, etag: settled.response.headers.get('ETag') };
}
