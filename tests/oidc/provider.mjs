// A real OpenID provider on loopback with one public client; whoever signs in is who they say, as at a fake vendor's.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, redirect] = process.argv.slice(2)
const accountOf = (_context, id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `${id} by OpenID` }),
})
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'vigor-tests',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: [redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  clientBasedCORS: () => true,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  findAccount: accountOf,
  pkce: { required: () => true },
  cookies: { keys: ['known to everyone, good for nothing'] },
})
createServer(provider.callback()).listen(Number(port), '127.0.0.1')
