//! Whatever a stranger sends to the token and revocation endpoints is answered: no panic, no 5xx, nothing to be kept, and no token,
//! since the only client without a secret has nothing to show.
#![no_main]

use std::sync::OnceLock;

use http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use portcullis_core::{Algorithm, SigningKey, StaticKeys};
use portcullis_issuer::{Client, ClientTable, Endpoints, GrantType, Issuer, MemoryStore, RoleTable};
use tokio::runtime::Runtime;
use tower::ServiceExt;

fn endpoints() -> &'static (Runtime, Endpoints) {
    static ENDPOINTS: OnceLock<(Runtime, Endpoints)> = OnceLock::new();
    ENDPOINTS.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let key = SigningKey::generate(Algorithm::ES256).unwrap();
        let keys = StaticKeys::from(key.verifying_key().unwrap());
        let issuer = Issuer::builder("https://id.test")
            .resource("https://api.test")
            .keys(key)
            .entitlements(RoleTable::of(portcullis_core::AccessModel::default()))
            .store(MemoryStore::new())
            .build();
        let issuer = runtime.block_on(issuer).unwrap();
        let clients = ClientTable::of([
            Client::public("spa").may(GrantType::RefreshToken),
            Client::with_keys("svc", keys).may(GrantType::ClientCredentials).resource("https://api.test"),
        ]);
        let endpoints = issuer.endpoints(clients);
        (runtime, endpoints)
    })
}

// The first line is the `Authorization`, or nothing; the rest is the form.
fuzz_target!(|data: &[u8]| {
    let (runtime, endpoints) = endpoints();
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (authorization, body) = (&data[..split], data.get(split + 1..).unwrap_or_default());
    // Looking at a secret is slow on purpose: one in sixteen.
    let shown = !authorization.is_empty() && body.len() % 16 == 0;
    for path in ["/token", "/revoke"] {
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        if shown {
            request = request.header("authorization", authorization);
        }
        let Ok(request) = request.body(http_body_util::Full::<bytes::Bytes>::from(body.to_vec())) else { return };
        let answer = runtime.block_on(endpoints.clone().oneshot(request)).unwrap();
        assert!(!answer.status().is_server_error(), "{}", answer.status());
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(path == "/revoke" || answer.status() != StatusCode::OK, "a token for nothing");
    }
});
