"""The endpoints of an issuer by PyPI `Authlib`, its tokens by `PyJWT`: python endpoints.py JSON"""

import json
import os
import sys

import jwt
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
asked = json.loads(sys.argv[1])
issuer, orders, stock = asked["issuer"], asked["orders"], asked["stock"]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=20).json()
assert metadata["issuer"] == issuer
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

print(json.dumps("done"))
