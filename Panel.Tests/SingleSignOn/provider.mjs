// A real provider of OpenID Connect (npm oidc-provider) for the tests: anybody signs in by any name, and has the claims that the name says.
//   node provider.mjs <folder with node_modules> <port> <the panel's address>
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, port, panel] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const issuer = `http://127.0.0.1:${port}`;

// the tests take groups away by writing them into a file
const groupsOf = id => { try { return JSON.parse(readFileSync('groups.json', 'utf8'))[id] ?? id.split('+').slice(1); } catch { return id.split('+').slice(1); } };

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'panel', client_secret: 'a-secret-of-the-tests-0123456789abcdef', redirect_uris: [`${panel}sign-in/with/test/callback`],
    response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic',
    backchannel_logout_uri: `${panel}single-sign-on/test/logout`, backchannel_logout_session_required: true,
  }],
  // "ann+mfa": what follows the plus are her groups
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id.split('+')[0]}@example.org`, email_verified: !id.includes('unverified'), groups: groupsOf(id) }),
  }),
  claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['groups'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ['tests'] },
  // it would not tell a panel on this machine: it takes such an address for an attack
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined, signal: AbortSignal.timeout(5000) }),
});
provider.on('backchannel.success', () => console.log('backchannel done'));
provider.on('backchannel.error', (_, error) => console.error('backchannel', error));
provider.on('server_error', (_, error) => console.error('server', error));
provider.listen(Number(port), '127.0.0.1', () => console.log(`ready ${issuer}`));
