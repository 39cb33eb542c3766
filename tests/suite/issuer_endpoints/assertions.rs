//! `private_key_jwt`.

use portcullis_core::{Algorithm, SigningKey};
use portcullis_tests::issuing::{ORDERS, STOCK, post, scopes};
use serde_json::{Value, json};

use super::{ISSUER, Mounted};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn ask(mounted: &Mounted, assertion: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let pairs = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    let grant = if more.iter().any(|(name, _)| *name == "grant_type") {
        &[][..]
    } else {
        &[("grant_type", "client_credentials")]
    };
    mounted.outcome(post("/token", None, &[&pairs[..], grant, more].concat())).await
}

#[tokio::test]
async fn an_assertion_is_good_once_and_by_every_rule() {
    for mounted in Mounted::everywhere().await {
        let issuing = &mounted.issuing;
        let sign = |changes: Value| issuing.key.sign_token("JWT", &issuing.claims(&changes)).unwrap();
        let good = sign(json!({}));
        assert_eq!(ask(&mounted, &good, &[]).await.0, 200);
        assert_eq!(ask(&mounted, &good, &[]).await.0, 401, "replayed");
        assert_eq!(ask(&mounted, &sign(json!({ "aud": format!("{ISSUER}/token") })), &[]).await.0, 200);
        assert_eq!(ask(&mounted, &sign(json!({})), &[("client_id", "orders")]).await.0, 200);
        assert_eq!(ask(&mounted, &sign(json!({})), &[("client_id", "svc")]).await.0, 401, "another's name");
        let kid = |algorithm: &str| format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"one"}}"#);
        let claims = issuing.claims(&json!({}));
        let public = issuing.key.to_public_jwk().unwrap().to_string();
        let hs256 = SigningKey::from_secret(Algorithm::HS256, &public).unwrap();
        let stranger = SigningKey::generate(Algorithm::ES256).unwrap().with_kid("one");
        let none = {
            let part = |text: &str| base64_simd::URL_SAFE_NO_PAD.encode_to_string(text);
            format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims))
        };
        let now = serde_json::from_str::<Value>(&claims).unwrap()["iat"].as_u64().unwrap();
        for (name, assertion) in [
            ("another audience", sign(json!({ "aud": "https://other.test" }))),
            ("the audience of the revocation endpoint", sign(json!({ "aud": format!("{ISSUER}/revoke") }))),
            ("another subject", sign(json!({ "sub": "svc" }))),
            ("no subject", sign(json!({ "sub": null }))),
            ("another issuer", sign(json!({ "iss": "svc" }))),
            ("expired", sign(json!({ "iat": now - 300, "exp": now - 60 }))),
            ("for ever", sign(json!({ "exp": now + 3601 }))),
            ("without an end", sign(json!({ "exp": null }))),
            ("without a beginning", sign(json!({ "iat": null }))),
            ("without a name", sign(json!({ "jti": null }))),
            ("an empty name", sign(json!({ "jti": "" }))),
            ("an unknown client", sign(json!({ "iss": "nobody", "sub": "nobody" }))),
            ("a client with a secret", sign(json!({ "iss": "svc", "sub": "svc" }))),
            ("no signature", none),
            ("the public key for a secret", hs256.sign_parts(kid("HS256"), &claims).unwrap()),
            ("another key", stranger.sign_token("JWT", &claims).unwrap()),
            ("no token", "a.b.c".into()),
            ("nothing", ".".into()),
        ] {
            let (status, body) = ask(&mounted, &assertion, &[]).await;
            assert_eq!((status, &body["error"]), (401, &"invalid_client".into()), "{name}");
        }
        let revoke = [("token", "x"), ("client_assertion_type", JWT_BEARER)];
        for aud in [ISSUER.to_owned(), format!("{ISSUER}/revoke")] {
            let assertion = sign(json!({ "aud": aud }));
            let pairs = [&revoke[..], &[("client_assertion", &*assertion)]].concat();
            assert_eq!(mounted.outcome(post("/revoke", None, &pairs)).await.0, 200);
        }
        let other = sign(json!({}));
        let other =
            [("grant_type", "client_credentials"), ("client_assertion_type", "saml"), ("client_assertion", &*other)];
        assert_eq!(mounted.outcome(post("/token", None, &other)).await.0, 401, "another type of assertion");
    }
}

#[tokio::test]
async fn an_exchange_narrows() {
    let mounted = Mounted::on_axum().await;
    let issuing = &mounted.issuing;
    let tokens = issuing.issuer.grant("alice", "spa", scopes("orders:read")).resource(ORDERS).await.unwrap();
    let plain = [("grant_type", EXCHANGE), ("subject_token", tokens.access.as_str()), ("subject_token_type", ACCESS)];
    for (name, more, expected) in [
        ("plain", &[][..], Ok(ACCESS)),
        ("by resource", &[("resource", STOCK), ("scope", "orders:read")], Ok(ACCESS)),
        (
            "by audience, a JWT",
            &[("audience", STOCK), ("requested_token_type", "urn:ietf:params:oauth:token-type:jwt")],
            Ok("urn:ietf:params:oauth:token-type:jwt"),
        ),
        ("both and the same", &[("audience", STOCK), ("resource", STOCK)], Ok(ACCESS)),
        ("both and different", &[("audience", STOCK), ("resource", ORDERS)], Err("invalid_target")),
        ("back to where it is", &[("resource", ORDERS)], Err("invalid_target")),
        ("more", &[("scope", "stock:read")], Err("invalid_scope")),
        ("an actor", &[("actor_token", "x"), ("actor_token_type", ACCESS)], Err("invalid_request")),
        (
            "a refresh token",
            &[("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")],
            Err("invalid_request"),
        ),
    ] {
        let assertion = issuing.key.sign_token("JWT", &issuing.claims(&json!({}))).unwrap();
        let (status, body) = ask(&mounted, &assertion, &[&plain[..], more].concat()).await;
        match expected {
            Ok(kind) => {
                assert_eq!((status, &body["issued_token_type"]), (200, &kind.into()), "{name}: {body}");
                assert_eq!(body["scope"], "orders:read", "{name}");
                assert!(body.get("refresh_token").is_none(), "{name}");
            }
            Err(error) => assert_eq!((status, &body["error"]), (400, &error.into()), "{name}"),
        }
    }
}

/// RFC 8693 §2.2.2, where RFC 6749 §5.2 has `invalid_grant` for a refresh.
#[tokio::test]
async fn a_subject_token_that_is_not_accepted_is_an_invalid_request() {
    let mounted = Mounted::on_axum().await;
    let issuing = &mounted.issuing;
    let tokens = issuing.issuer.grant("alice", "spa", scopes("orders:read")).resource(ORDERS).await.unwrap();
    let exchange = async |subject_token: &str| {
        let assertion = issuing.key.sign_token("JWT", &issuing.claims(&json!({}))).unwrap();
        let pairs = [("grant_type", EXCHANGE), ("subject_token", subject_token), ("subject_token_type", ACCESS)];
        ask(&mounted, &assertion, &pairs).await
    };
    assert_eq!(exchange(tokens.access.as_str()).await.0, 200);
    let other = issuing.issuer.mint("alice", "spa").resource(STOCK).await.unwrap();
    for (name, token) in
        [("no token", "x"), ("a refresh token", tokens.refresh.as_str()), ("for another service", other.as_str())]
    {
        let (status, body) = exchange(token).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_request".into()), "{name}");
    }
    issuing.roles.disable("alice");
    let (status, body) = exchange(tokens.access.as_str()).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_request".into()), "a disabled subject");
    let refresh = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", tokens.refresh.as_str())];
    let (status, body) = mounted.outcome(post("/token", None, &refresh)).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "a disabled subject, at a refresh");
}
