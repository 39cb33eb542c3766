// The endpoints of an issuer by npm `openid-client`, its tokens by `jose` and `oauth4webapi`: node endpoints.mjs JSON
import assert from 'node:assert/strict';
import { createLocalJWKSet, createRemoteJWKSet, importPKCS8, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';

const { issuer, secret, pem, refresh, subject, orders, stock, signed } = JSON.parse(process.argv[2]);
const loopback = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
const discover = (id, authentication) => client.discovery(new URL(issuer), id, undefined, authentication, loopback);
const refused = (code) => (error) => error.error === code;

// A token that everyone takes.
const svc = await discover('svc', client.ClientSecretBasic(secret));
const metadata = svc.serverMetadata();
assert.equal(metadata.issuer, issuer);
const accepted = async (answer, audience) => {
  assert.equal(answer.token_type, 'bearer');
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload } = await jwtVerify(answer.access_token, keys, { issuer, audience, typ: 'at+jwt' });
  const request = new Request(audience, { headers: { authorization: `Bearer ${answer.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(metadata, request, audience, { [oauth.allowInsecureRequests]: true });
  assert.deepEqual(claims.scope, payload.scope);
  return payload;
};

const own = await client.clientCredentialsGrant(svc, { scope: 'orders:read', resource: orders });
assert.equal((await accepted(own, orders)).scope, 'orders:read');
await assert.rejects(client.clientCredentialsGrant(svc, { scope: 'admin' }), refused('invalid_scope'));
const guessed = await discover('svc', client.ClientSecretBasic('a guess'));
await assert.rejects(client.clientCredentialsGrant(guessed, {}), (error) => error.status === 401);

// A key instead of a secret, and an exchange.
const service = await discover('orders', client.PrivateKeyJwt({ key: await importPKCS8(pem, 'ES256'), kid: 'one' }));
assert.equal((await accepted(await client.clientCredentialsGrant(service, {}), orders)).sub, 'orders');
const exchanged = await client.genericGrantRequest(service, 'urn:ietf:params:oauth:grant-type:token-exchange', {
  subject_token: subject,
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  resource: stock,
});
const acting = await accepted(exchanged, stock);
assert.deepEqual([acting.sub, acting.act.sub, acting.scope], ['alice', 'orders', 'orders:read']);

// A refresh token is good once, and revoked.
const web = await discover('web', client.ClientSecretBasic(secret));
const next = await client.refreshTokenGrant(web, refresh, { scope: 'orders:read' });
assert.equal((await accepted(next, orders)).sub, 'alice');
await client.tokenRevocation(web, next.refresh_token);
await assert.rejects(client.refreshTokenGrant(web, next.refresh_token), refused('invalid_grant'));
await client.tokenRevocation(web, 'what nobody knows');

// Whatever signs, and by its own key alone.
assert.equal(signed.length, 5);
for (const [nth, { issuer, algorithm, token, jwks }] of signed.entries()) {
  const rules = { issuer, audience: orders, typ: 'at+jwt', algorithms: [algorithm] };
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), rules);
  assert.deepEqual([protectedHeader.alg, payload.sub, payload.scope], [algorithm, 'alice', 'orders:read']);
  await assert.rejects(jwtVerify(token, createLocalJWKSet(signed.at(nth - 1).jwks), rules));
}

console.log(JSON.stringify('done'));
