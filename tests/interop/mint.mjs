// Tokens by npm `jose`: node mint.mjs ISSUER AUDIENCE
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

const [issuer, audience] = process.argv.slice(2);
const now = Math.floor(Date.now() / 1000);
const keys = [];
const tokens = {};

for (const [alg, named] of [['RS256'], ['PS256'], ['ES256'], ['ES384'], ['EdDSA'], ['Ed25519', false]]) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { modulusLength: 2048 });
  const kid = `jose-${alg.toLowerCase()}`;
  // Many providers do not name the algorithm of an Ed25519 key.
  keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig', ...(named === false ? {} : { alg }) });
  const sign = (scope, changes = {}) =>
    new SignJWT({ iss: issuer, aud: audience, sub: 'alice', scope, iat: now, exp: now + 300, ...changes })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(privateKey);
  tokens[alg] = {
    reader: await sign('orders:read'),
    writer: await sign('orders:write orders:delete'),
    elsewhere: await sign('orders:read', { aud: 'https://other.test/' }),
    expired: await sign('orders:read', { iat: now - 600, exp: now - 300 }),
  };
}
console.log(JSON.stringify({ jwks: { keys }, tokens }));
