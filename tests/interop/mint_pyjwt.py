"""Tokens by PyPI `PyJWT`: python mint_pyjwt.py ISSUER AUDIENCE"""

import json
import sys
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

issuer, audience = sys.argv[1:]
now = int(time.time())
rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
keys, tokens = [], {}

for alg, key in [
    ("RS256", rsa_key),
    ("PS256", rsa_key),
    ("ES256", ec.generate_private_key(ec.SECP256R1())),
    ("ES384", ec.generate_private_key(ec.SECP384R1())),
    ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
]:
    kid = f"pyjwt-{alg.lower()}"
    public = jwt.get_algorithm_by_name(alg).to_jwk(key.public_key(), as_dict=True)
    keys.append({**public, "kid": kid, "use": "sig", "alg": alg, "key_ops": ["verify"]})

    def sign(scope, **changes):
        claims = dict(iss=issuer, aud=[audience, "https://more.test/"], sub="alice", scope=scope, iat=now, exp=now + 300)
        return jwt.encode({**claims, **changes}, key, algorithm=alg, headers={"kid": kid})

    tokens[alg] = dict(
        reader=sign("orders:read"),
        writer=sign("orders:write orders:delete"),
        elsewhere=sign("orders:read", aud="https://other.test/"),
        expired=sign("orders:read", iat=now - 600, exp=now - 300),
    )

print(json.dumps({"jwks": {"keys": keys}, "tokens": tokens}))
