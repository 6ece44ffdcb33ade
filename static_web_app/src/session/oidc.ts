/**
 * Signing in with another service: code flow with PKCE (S256), state and nonce. What was asked for waits in this tab's
 * session storage; the server redeems the code, so that no page talks to another origin.
 */
import { answerOf, client } from '../api/client';
import type { OidcIssuer, Session } from '../api/types';
import { keep, readKept } from '../lib/kept';

export const RETURN_PATH = '/signin/return';
const KEPT = 'vigor.oidc';
const CONSENTED = 'vigor.consented';

interface Asked {
  /** Where to go on afterwards; null for the first page. */
  then: string | null;
  issuer: string;
  state: string;
  nonce: string;
  verifier: string;
}

/** Whether this browser can make the challenge: it has the means only on https and on this machine. */
export const canAsk = (): boolean => globalThis.isSecureContext;

/** Whether somebody agreed to the terms on this device before. */
export const hasConsented = (): boolean => readKept(CONSENTED) !== null;

/** Remembers that both consents were given here; the server keeps which version, and when. */
export function rememberConsent(): void {
  keep(CONSENTED, 'yes');
}

/** Leaves for the issuer's sign-in page; with `then`, for somebody who is signed in and comes back to that page. */
export async function begin(issuer: OidcIssuer, then: string | null = null): Promise<void> {
  const asked: Asked = { then, issuer: issuer.issuer, state: random(), nonce: random(), verifier: random() };
  sessionStorage.setItem(KEPT, JSON.stringify(asked));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(asked.verifier));
  const target = new URL(issuer.authorization_endpoint);
  const wanted = {
    client_id: issuer.client_id, redirect_uri: returnAddress(), response_type: 'code', scope: 'openid email profile',
    state: asked.state, nonce: asked.nonce, code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(wanted)) target.searchParams.set(name, value);
  // Who is to confirm that it is them shall do so, and not be waved through by an earlier sign-in there.
  if (then !== null) for (const [name, value] of [['prompt', 'login'], ['max_age', '0']] as const) target.searchParams.set(name, value);
  globalThis.location.assign(target);
}

/** The session for what the issuer sent back in the address, and where to go on; null where it is not the answer to what this tab asked. */
export async function finish(search: string): Promise<{ session: Session; then: string | null } | null> {
  const answer = new URLSearchParams(search);
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const code = answer.get('code');
  if (kept === null || code === null) return null;
  const asked = JSON.parse(kept) as Asked;
  if (answer.get('state') !== asked.state) return null;
  const body = {
    issuer: asked.issuer, code, code_verifier: asked.verifier, nonce: asked.nonce, redirect_uri: returnAddress(),
    ...(hasConsented() ? { consent: { terms: true, health_data: true } as const } : {}),
  };
  return { session: await answerOf(client.POST('/api/auth/oidc/code', { body })), then: asked.then };
}

const returnAddress = (): string => `${globalThis.location.origin}${RETURN_PATH}`;
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
