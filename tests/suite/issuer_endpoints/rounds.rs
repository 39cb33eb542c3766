//! What is given, and what everyone may read.

use http::Request;
use http_body_util::Full;
use portcullis_core::{Rules, StaticKeys, Verifier};
use portcullis_tests::issuing::{Issuing, ORDERS, SECRET, basic, post};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::Mounted;

fn get(method: &str, path: &str) -> Request<Full<bytes::Bytes>> {
    Request::builder().method(method).uri(path).body(Full::default()).unwrap()
}

#[tokio::test]
async fn tokens_stand_before_a_service_that_reads_the_published_keys() {
    for mounted in Mounted::everywhere().await {
        let reply = mounted.send(get("GET", "/jwks.json")).await;
        assert_eq!(reply.header("content-type"), Some("application/jwk-set+json"));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
        let keys = StaticKeys::from_jwks(std::str::from_utf8(&reply.body).unwrap()).unwrap();
        let rules = Rules::new().rfc9068_profile();
        let service = Verifier::new(super::ISSUER, [ORDERS], keys, rules).unwrap();
        for (client, pairs, scope) in [
            ("svc", &[][..], "orders:read orders:write"),
            ("svc", &[("scope", "orders:read"), ("resource", ORDERS)], "orders:read"),
            ("svc", &[("scope", "orders:read unknown")], "orders:read"),
            ("svc", &[("scope", ""), ("resource", ""), ("whatever", "x")], "orders:read orders:write"),
            ("capped", &[], "orders:read"),
            ("capped", &[("scope", "orders:read orders:write")], "orders:read"),
        ] {
            let pairs = [&[("grant_type", "client_credentials")], pairs].concat();
            let (status, body) = mounted.outcome(post("/token", Some(&basic(client, SECRET)), &pairs)).await;
            assert_eq!(status, 200, "{body}");
            assert_eq!(
                (&body["token_type"], &body["expires_in"], &body["scope"]),
                (&"Bearer".into(), &300.into(), &scope.into())
            );
            assert!(body.get("refresh_token").is_none());
            let principal = service.verify(body["access_token"].as_str().unwrap()).unwrap();
            assert_eq!((principal.subject(), principal.client_id()), (Some(client), Some(client)));
        }
    }
}

#[tokio::test]
async fn the_metadata_says_what_is_there() {
    for mounted in Mounted::everywhere().await {
        let reply = mounted.send(get("GET", "/.well-known/oauth-authorization-server")).await;
        let metadata: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(metadata["issuer"], "https://id.test");
        assert_eq!(metadata["token_endpoint"], "https://id.test/token");
        assert_eq!(metadata["revocation_endpoint"], "https://id.test/revoke");
        assert_eq!(metadata["jwks_uri"], "https://id.test/jwks.json");
        assert_eq!(metadata["scopes_supported"], json!(["orders:read", "orders:write", "stock:read"]));
        let ways = json!(["client_secret_basic", "private_key_jwt", "none"]);
        assert_eq!(metadata["token_endpoint_auth_methods_supported"], ways);
        for path in ["/jwks.json", "/.well-known/oauth-authorization-server"] {
            let (whole, head) = (mounted.send(get("GET", path)).await, mounted.send(get("HEAD", path)).await);
            assert_eq!((head.status, head.body.len()), (200, 0));
            assert_eq!(head.header("content-length"), Some(&*whole.body.len().to_string()), "{path}");
        }
    }
}

#[tokio::test]
async fn the_endpoints_can_be_mounted_one_by_one_and_under_a_path() {
    let issuing = Issuing::named("https://id.test/tenant").await;
    let endpoints = issuing.endpoints.clone();
    let one_by_one = axum::Router::new()
        .route_service("/tenant/token", endpoints.token())
        .route_service("/tenant/revoke", endpoints.revocation())
        .route_service("/tenant/jwks.json", endpoints.jwks())
        .route_service("/.well-known/oauth-authorization-server/tenant", endpoints.metadata());
    let nested = axum::Router::new().nest_service("/tenant", endpoints.clone());
    let whole = axum::Router::new().fallback_service(endpoints);
    for (name, router, well_known) in
        [("one by one", one_by_one, true), ("nested", nested, false), ("whole", whole, true)]
    {
        let pairs = [("grant_type", "client_credentials")];
        let ask = post("/tenant/token", Some(&basic("svc", SECRET)), &pairs).map(axum::body::Body::new);
        assert_eq!(router.clone().oneshot(ask).await.unwrap().status(), 200, "{name}");
        let keys = get("GET", "/tenant/jwks.json").map(axum::body::Body::new);
        assert_eq!(router.clone().oneshot(keys).await.unwrap().status(), 200, "{name}");
        let place = "/.well-known/oauth-authorization-server/tenant";
        let metadata = get("GET", place).map(axum::body::Body::new);
        assert_eq!(router.oneshot(metadata).await.unwrap().status() == 200, well_known, "{name}");
    }
}
