/** Where requests go and as which kind of client, by the one address the build was given. */
import { afterEach, expect, test, vi } from 'vitest';

/** What is sent by a client built for this address. */
async function sentWith(address: string): Promise<Request> {
  vi.resetModules();
  vi.stubEnv('VIGOR_API_ADDRESS', address);
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 204 }));
  const { client } = await import('./client');
  await client.DELETE('/api/coach/messages');
  return fetched.mock.calls[0]?.[0] as Request;
}

afterEach(() => vi.unstubAllEnvs());

test('without an address, the API is under our own origin and cookies go along', async () => {
  const { url, credentials, headers } = await sentWith('');
  expect([url, credentials, headers.get('X-Vigor-Client')]).toEqual(['http://localhost/api/coach/messages', 'same-origin', 'web']);
});

test('with one, requests go there as a native client, without cookies', async () => {
  const { url, credentials, headers } = await sentWith('https://api.example');
  expect([url, credentials, headers.get('X-Vigor-Client')]).toEqual(['https://api.example/api/coach/messages', 'omit', 'native']);
});
