//! The endpoints of an issuer by other people's clients, and its tokens by other people's verifiers.

use portcullis_core::{Algorithm, SigningKey};
use portcullis_issuer::{Entitled, EntitlementsFn, Issuer, MemoryStore};
use portcullis_testing::TestIssuer;
use portcullis_tests::issuing::{Issuing, ORDERS, PLAIN_SECRET, SECRET, STOCK, scopes};
use serde_json::{Value, json};

use super::peers::run;

/// A token of each algorithm, and what its issuer publishes.
async fn signed() -> Vec<Value> {
    let mut signed = Vec::new();
    for algorithm in Algorithm::DEFAULT.iter().copied() {
        let key = SigningKey::from_pem(algorithm, TestIssuer::signing_with(algorithm).key().to_pem().unwrap());
        let issuer = Issuer::builder("https://id.test")
            .resource(ORDERS)
            .keys(key.unwrap().with_kid(algorithm.as_str()))
            .entitlements(EntitlementsFn::new(async |_| Ok(Entitled::to(scopes("orders:read")).into())))
            .store(MemoryStore::new())
            .build()
            .await
            .unwrap();
        let (token, jwks) = (issuer.mint("alice", "web").await.unwrap(), issuer.jwks().await.unwrap());
        let algorithm = algorithm.as_str();
        signed.push(json!({ "issuer": issuer.name(), "algorithm": algorithm, "token": token.as_str(), "jwks": jwks }));
    }
    signed
}

async fn examine(script: &'static str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuing = Issuing::named(&format!("http://{}", listener.local_addr().unwrap())).await;
    let app = axum::Router::new().fallback_service(issuing.endpoints.clone());
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let login = async |client: &str, list: &str| {
        issuing.issuer.grant("alice", client, scopes(list)).resource(ORDERS).await.unwrap()
    };
    let (web, plain) = (login("web", "orders:read").await, login("plain", "orders:read").await);
    let asked = json!({
        "issuer": issuing.issuer.name(),
        "orders": ORDERS,
        "stock": STOCK,
        "secret": SECRET,
        "plain": PLAIN_SECRET,
        "pem": issuing.key.to_pem().unwrap(),
        "refresh": web.refresh.as_str(),
        "plain_refresh": plain.refresh.as_str(),
        "subject": login("spa", "orders:read").await.access.as_str(),
        "signed": signed().await,
    });
    let done = tokio::task::spawn_blocking(move || run(script, &asked.to_string())).await.unwrap();
    assert_eq!(done, Value::from("done"));
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoints_serve_openid_client_and_their_tokens_jose_and_oauth4webapi() {
    examine("endpoints.mjs").await;
}

/// Authlib does not form-encode what goes into `Basic`: its client has a secret that is the same either way.
#[tokio::test(flavor = "multi_thread")]
async fn the_endpoints_serve_authlib_and_their_tokens_pyjwt() {
    examine("endpoints.py").await;
}
