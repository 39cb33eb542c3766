//! Refresh tokens at the endpoint: narrowed, bound, and good once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portcullis_core::{Algorithm, Clock as _, MemoryRevocations, SigningKey};
use portcullis_issuer::{
    Authentication, ClientTable, Entitled, EntitlementsFn, Issuer, MemoryStore, RevocationError, Tokens,
};
use portcullis_tests::issuing::{ORDERS, SECRET, STOCK, basic, post, scopes};
use serde_json::Value;
use tower::ServiceExt as _;

use super::Mounted;

async fn login(mounted: &Mounted, client: &str) -> Tokens {
    let granted = mounted.issuing.issuer.grant("alice", client, scopes("orders:read orders:write")).resource(ORDERS);
    granted.await.unwrap()
}

/// A refresh with the client's own credentials, and more parameters.
async fn refresh(mounted: &Mounted, client: &str, token: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    pairs.extend(more);
    let secret = basic(client, SECRET);
    let authorization = if client == "spa" {
        pairs.push(("client_id", "spa"));
        None
    } else {
        Some(&*secret)
    };
    mounted.outcome(post("/token", authorization, &pairs)).await
}

#[tokio::test]
async fn a_refusal_spends_nothing() {
    for mounted in Mounted::everywhere().await {
        let tokens = login(&mounted, "web").await;
        let token = tokens.refresh.as_str();
        for (name, client, more, expected) in [
            ("another client", "spa", &[][..], "invalid_grant"),
            ("widened", "web", &[("scope", "orders:read stock:read")], "invalid_scope"),
            ("no scope by the grammar", "web", &[("scope", "\"")], "invalid_scope"),
            ("another resource", "web", &[("resource", STOCK)], "invalid_target"),
            ("an unknown resource", "web", &[("resource", "https://other.test")], "invalid_target"),
            ("a parameter twice", "web", &[("scope", "orders:read"), ("scope", "orders:read")], "invalid_request"),
        ] {
            let (status, body) = refresh(&mounted, client, token, more).await;
            assert_eq!((status, &body["error"]), (400, &expected.into()), "{name}");
        }
        let (status, narrow) = refresh(&mounted, "web", token, &[("scope", "orders:read")]).await;
        assert_eq!((status, &narrow["scope"]), (200, &"orders:read".into()));
        let next = narrow["refresh_token"].as_str().unwrap();
        let (status, full) = refresh(&mounted, "web", next, &[("resource", ORDERS), ("scope", "")]).await;
        assert_eq!((status, &full["scope"]), (200, &"orders:read orders:write".into()), "the grant is whole");
    }
}

#[tokio::test]
async fn a_spent_token_ends_its_family_whatever_else_is_wrong() {
    let wrong = basic("web", "a guess");
    for (name, authorization, more) in [
        ("nothing else", Some(basic("web", SECRET)), &[("grant_type", "refresh_token")][..]),
        ("a bad scope", Some(basic("web", SECRET)), &[("grant_type", "refresh_token"), ("scope", "\"")]),
        ("another client", None, &[("grant_type", "refresh_token"), ("client_id", "spa")]),
        ("no client", None, &[("grant_type", "refresh_token")]),
        ("a wrong secret", Some(wrong), &[("grant_type", "refresh_token")]),
        ("another grant type", Some(basic("svc", SECRET)), &[("grant_type", "client_credentials")]),
        ("no grant type", None, &[]),
        ("a parameter twice", None, &[("scope", "a"), ("scope", "a")]),
        ("a second refresh token", None, &[("refresh_token", "prt_x")]),
        ("NUL elsewhere", None, &[("scope", "\0")]),
    ] {
        let mounted = Mounted::on_hyper().await;
        let first = login(&mounted, "web").await;
        let (_, second) = refresh(&mounted, "web", first.refresh.as_str(), &[]).await;
        let (_, third) = refresh(&mounted, "web", second["refresh_token"].as_str().unwrap(), &[]).await;
        let pairs = [more, &[("refresh_token", first.refresh.as_str())]].concat();
        let (status, body) = mounted.outcome(post("/token", authorization.as_deref(), &pairs)).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "{name}");
        let (status, body) = refresh(&mounted, "web", third["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()), "{name}: the family has ended");
    }
}

#[tokio::test]
async fn how_the_subject_logged_in_stays_that_of_the_login() {
    let mounted = Mounted::on_axum().await;
    let at = mounted.issuing.clock.now().unwrap();
    let how = Authentication::at(at).acr("urn:test:mfa").amr(["pwd", "otp"]);
    let granted = mounted.issuing.issuer.grant("alice", "spa", scopes("orders:read")).resource(ORDERS);
    let tokens = granted.authentication(how).await.unwrap();
    mounted.issuing.clock.advance(Duration::from_secs(600));
    let (_, body) = refresh(&mounted, "spa", tokens.refresh.as_str(), &[]).await;
    let payload = body["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&base64_simd::URL_SAFE_NO_PAD.decode_to_vec(payload).unwrap()).unwrap();
    assert_eq!((&claims["auth_time"], &claims["acr"]), (&at.as_secs().into(), &"urn:test:mfa".into()));
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "otp"]));
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_alone() {
    let mounted = Mounted::on_axum().await;
    let tokens = login(&mounted, "web").await;
    let (spa, web) = ([("client_id", "spa")], basic("web", SECRET));
    for token in [tokens.refresh.as_str(), tokens.access.as_str()] {
        let request = post("/revoke", None, &[spa[0], ("token", token)]);
        let (status, body) = mounted.outcome(request).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()));
    }
    let (status, next) = refresh(&mounted, "web", tokens.refresh.as_str(), &[]).await;
    assert_eq!(status, 200, "it goes on");
    let token = next["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let revoked = mounted.outcome(post("/revoke", Some(&web), &[("token", token)])).await;
        assert_eq!(revoked, (200, Value::Null));
    }
    assert_eq!(refresh(&mounted, "web", token, &[]).await.1["error"], "invalid_grant");
}

/// A feed that is away, and no grace: each look at a spent token has it told.
#[tokio::test]
async fn a_request_has_each_of_its_tokens_looked_at_once() {
    let told = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&told);
    let issuer = Issuer::builder(super::ISSUER)
        .resource(ORDERS)
        .keys(SigningKey::generate(Algorithm::ES256).unwrap())
        .entitlements(EntitlementsFn::new(async |_| Ok(Entitled::to(scopes("orders:read")).into())))
        .store(MemoryStore::new())
        .refresh_grace(Duration::ZERO)
        .revocations(MemoryRevocations::new())
        .revoke_with(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Err(RevocationError::new("away")))
        })
        .build()
        .await
        .unwrap();
    let spent = async || {
        let tokens = issuer.grant("alice", "web", scopes("orders:read")).await.unwrap();
        issuer.refresh(&tokens.refresh, "web").await.unwrap();
        tokens.refresh.as_str().to_owned()
    };
    let (one, two) = (spent().await, spent().await);
    for (name, tokens, looks) in [
        ("one", &[&*one][..], 1),
        ("one, again and again", &[&*one; 100], 1),
        ("two, again and again", &[[&*one, &*two]; 50].concat(), 2),
        ("another behind many of one", &[&[&*one; 100][..], &[&*two]].concat(), 2),
    ] {
        let pairs: Vec<_> = tokens.iter().map(|token| ("refresh_token", *token)).collect();
        let endpoints = issuer.endpoints(ClientTable::of([]));
        let answer = endpoints.oneshot(post("/token", None, &pairs)).await.unwrap();
        assert_eq!((answer.status().as_u16(), told.swap(0, Ordering::SeqCst)), (503, looks), "{name}");
    }
}
