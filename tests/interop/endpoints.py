"""The endpoints of an issuer by PyPI `Authlib`, its tokens by `PyJWT`: python endpoints.py JSON"""

import json
import os
import sys

import jwt
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc.jwk import ECKey

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
asked = json.loads(sys.argv[1])
issuer, orders, stock = asked["issuer"], asked["orders"], asked["stock"]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=20).json()
assert metadata["issuer"] == issuer
# There is no authorization endpoint, and so no response type; Authlib wants one all the same.
assert metadata["response_types_supported"] == [] and "authorization_endpoint" not in metadata
AuthorizationServerMetadata({**metadata, "response_types_supported": ["none"]}).validate()
endpoint = metadata["token_endpoint"]
keys = jwt.PyJWKClient(metadata["jwks_uri"])


def accepted(answer, audience):
    token = answer["access_token"]
    key = keys.get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=issuer)


def refused(code, call):
    try:
        call()
    except OAuthError as error:
        assert error.error == code, error
    else:
        raise AssertionError(f"not refused: {code}")


# A secret.
plain = OAuth2Session("plain", asked["plain"], token_endpoint_auth_method="client_secret_basic", scope="orders:read")
claims = accepted(plain.fetch_token(endpoint, grant_type="client_credentials", resource=orders), orders)
assert claims["scope"] == "orders:read", claims
guess = OAuth2Session("plain", "a-guess", token_endpoint_auth_method="client_secret_basic")
refused("invalid_client", lambda: guess.fetch_token(endpoint, grant_type="client_credentials"))

# A key, and an exchange.
signs = PrivateKeyJWT(endpoint, alg="ES256", headers={"kid": "one"})
service = OAuth2Session("orders", ECKey.import_key(asked["pem"]), token_endpoint_auth_method=signs)
assert accepted(service.fetch_token(endpoint, grant_type="client_credentials"), orders)["sub"] == "orders"
exchanged = service.fetch_token(
    endpoint,
    grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token=asked["subject"],
    subject_token_type="urn:ietf:params:oauth:token-type:access_token",
    audience=stock,
)
claims = accepted(exchanged, stock)
assert (claims["sub"], claims["act"]["sub"]) == ("alice", "orders"), claims

# A refresh token.
web = OAuth2Session("plain", asked["plain"], token_endpoint_auth_method="client_secret_basic")
following = web.refresh_token(endpoint, refresh_token=asked["plain_refresh"])
assert accepted(following, orders)["sub"] == "alice"
answer = web.revoke_token(metadata["revocation_endpoint"], token=following["refresh_token"])
assert answer.status_code == 200, answer.text
refused("invalid_grant", lambda: web.refresh_token(endpoint, refresh_token=following["refresh_token"]))

# Whatever signs, and by its own key alone.
assert len(asked["signed"]) == 5
for nth, signed in enumerate(asked["signed"]):
    rules = {"algorithms": [signed["algorithm"]], "audience": orders, "issuer": signed["issuer"]}
    own, other = (jwt.PyJWKSet.from_dict(asked["signed"][of]["jwks"]).keys[0] for of in (nth, nth - 1))
    claims = jwt.decode(signed["token"], own, **rules)
    assert (claims["sub"], claims["scope"]) == ("alice", "orders:read"), claims
    try:
        jwt.decode(signed["token"], other, **rules)
    except jwt.InvalidTokenError:
        pass
    else:
        raise AssertionError(f"by a key of another issuer: {signed['algorithm']}")

print(json.dumps("done"))
