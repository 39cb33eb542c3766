// The certified OpenID provider `oidc-provider`, on a free port of the loopback or on PORT, with keys made at the start.
// GENERATION goes in front of their names.
//
// It issues JWT access tokens (RFC 9068) by client credentials: the client `svc-ALG` with the secret `secret` gets those
// signed with ALG. GET /clock?SECONDS sets the clock of this process off by so many seconds.
//
// It exchanges those tokens (RFC 8693), for the client `exchange`, and carelessly for the client `careless`: with all scopes that the
// token has, whatever was asked for.
import http from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import Provider, { errors } from 'oidc-provider';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const RESOURCES = ['https://api.test/', 'https://other.test/'];
const SCOPES = 'orders:read orders:write orders:delete';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const keys = [];
const publicKeys = [];
for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519']) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  // One key signs as EdDSA and as Ed25519, so it names neither.
  const names = { kid: `${process.env.GENERATION ?? ''}${alg}`, use: 'sig', ...(alg === 'Ed25519' ? {} : { alg }) };
  keys.push({ ...(await exportJWK(privateKey)), ...names });
  publicKeys.push({ ...(await exportJWK(publicKey)), ...names });
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

const resourceServer = (resource, alg, accessTokenTTL) => {
  if (!RESOURCES.includes(resource)) throw new errors.InvalidTarget();
  return { scope: SCOPES, audience: resource, accessTokenTTL, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
};

const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  jwks: { keys },
  scopes: SCOPES.split(' '),
  clients: [
    ...ALGORITHMS.map((alg) => [`svc-${alg}`, 'client_credentials']), ['exchange', EXCHANGE], ['careless', EXCHANGE],
  ].map(([id, grant]) => ({
    client_id: id,
    client_secret: 'secret',
    grant_types: [grant],
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
        return resourceServer(resource, client.clientId.replace('svc-', ''), 300);
      },
    },
  },
});
provider.registerGrantType(EXCHANGE, async (ctx) => {
  const { client, params } = ctx.oidc;
  const rules = { issuer, typ: 'at+jwt', currentDate: new Date(Date.now()) };
  const verified = jwtVerify(params.subject_token ?? '', createLocalJWKSet({ keys: publicKeys }), rules);
  const { payload: subject } = await verified.catch(() => { throw new errors.InvalidGrant('the subject token is not accepted'); });
  const held = subject.scope.split(' ');
  const asked = params.scope?.split(' ') ?? held;
  const given = client.clientId === 'careless' ? held : asked.filter((scope) => held.includes(scope));
  if (!given.length) throw new errors.InvalidScope('the subject token has none of these', params.scope);
  const token = new provider.AccessToken({
    client,
    accountId: subject.sub,
    gty: 'token_exchange',
    scope: given.join(' '),
    extra: { act: { sub: client.clientId } },
  });
  const lives = subject.exp - Math.floor(Date.now() / 1000);
  token.resourceServer = new provider.ResourceServer(params.resource, resourceServer(params.resource, 'ES256', lives));
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: token.expiration,
    scope: token.scope,
  };
}, ['subject_token', 'subject_token_type', 'requested_token_type', 'resource', 'scope']);
provider.on('server_error', (ctx, error) => console.error(error));
callback = provider.callback();
console.log(`ready ${issuer}`);
// Nobody reads what comes after that line.
console.info = console.log = console.error;
