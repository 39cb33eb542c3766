// The certified OpenID provider `oidc-provider`, on a free port of the loopback or on PORT, with keys made at the start.
// GENERATION goes in front of their names.
//
// It issues JWT access tokens (RFC 9068) by client credentials: the client `svc-ALG` with the secret `secret` gets those
// signed with ALG. GET /clock?SECONDS sets the clock of this process off by so many seconds.
import http from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { errors } from 'oidc-provider';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const RESOURCES = ['https://api.test/', 'https://other.test/'];
const SCOPES = 'orders:read orders:write orders:delete';

const keys = [];
for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519']) {
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  // One key signs as EdDSA and as Ed25519, so it names neither.
  keys.push({ ...(await exportJWK(privateKey)), kid: `${process.env.GENERATION ?? ''}${alg}`, use: 'sig', ...(alg === 'Ed25519' ? {} : { alg }) });
}

let callback;
const systemNow = Date.now;
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://op');
  if (url.pathname !== '/clock') return callback(request, response);
  const off = Number(url.search.slice(1)) * 1000;
  Date.now = () => systemNow() + off;
  response.end();
});
await new Promise((listening) => server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', listening));

const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  jwks: { keys },
  scopes: SCOPES.split(' '),
  clients: ALGORITHMS.map((alg) => ({
    client_id: `svc-${alg}`,
    client_secret: 'secret',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: SCOPES,
  })),
  enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(ctx, resource, client) {
        if (!RESOURCES.includes(resource)) throw new errors.InvalidTarget();
        const alg = client.clientId.replace('svc-', '');
        return { scope: SCOPES, audience: resource, accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
      },
    },
  },
});
provider.on('server_error', (ctx, error) => console.error(error));
callback = provider.callback();
console.log(`ready ${issuer}`);
