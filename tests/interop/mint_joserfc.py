"""Tokens by PyPI `joserfc`: python mint_joserfc.py ISSUER AUDIENCE"""

import json
import sys
import time

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

issuer, audience = sys.argv[1:]
now = int(time.time())
keys, tokens = [], {}

for alg, make in [
    ("RS256", lambda p: RSAKey.generate_key(2048, p)),
    ("PS256", lambda p: RSAKey.generate_key(2048, p)),
    ("ES256", lambda p: ECKey.generate_key("P-256", p)),
    ("ES384", lambda p: ECKey.generate_key("P-384", p)),
    ("EdDSA", lambda p: OKPKey.generate_key("Ed25519", p)),
    ("Ed25519", lambda p: OKPKey.generate_key("Ed25519", p)),
]:
    kid = f"joserfc-{alg.lower()}"
    key = make({"kid": kid, "use": "sig"})
    keys.append({**key.as_dict(private=False), "alg": alg})

    def sign(scope, **changes):
        claims = dict(iss=issuer, aud=audience, sub="alice", scp=scope.split(), iat=now, exp=now + 300)
        return jwt.encode({"alg": alg, "kid": kid, "typ": "at+jwt"}, {**claims, **changes}, key, algorithms=[alg])

    tokens[alg] = dict(
        reader=sign("orders:read"),
        writer=sign("orders:write orders:delete"),
        elsewhere=sign("orders:read", aud="https://other.test/"),
        expired=sign("orders:read", iat=now - 600, exp=now - 300),
    )

print(json.dumps({"jwks": {"keys": keys}, "tokens": tokens}))
