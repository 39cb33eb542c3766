//! The path that the policy judged is the path that the handler saw.

use std::convert::Infallible;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{MatchedPath, OriginalUri, RawPathParams};
use axum::routing::get;
use bytes::Bytes;
use http::{Method, Response, Uri};
use http_body_util::Full;
use portcullis::policy::{Operation, Policy, Target};
use portcullis::{DeniedKind, Requirement, scope};
use portcullis_testing::TestIssuer;
use portcullis_tests::hosts::Host;
use proptest::prelude::*;
use tower::{Layer, ServiceExt, service_fn};

use super::{OK, authority, request, table, verdict};

static ISSUER: LazyLock<TestIssuer> = LazyLock::new(|| TestIssuer::signing_with(portcullis::Algorithm::HS256));

const PATTERNS: [&str; 8] =
    ["/", "/admin", "/admin/{id}", "/admin/{id}/", "/{tenant}/orders", "/files/{*rest}", "/a.b/{x}/c", "/admin/new"];

/// Everything that a path is misread by.
fn tricky_path() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "/",
        "/",
        "/",
        "admin",
        "admin",
        "orders",
        "files",
        "new",
        ".",
        "..",
        "//",
        "%2f",
        "%2F",
        "%2e",
        "%2E%2e",
        "\\",
        "%5c",
        "%00",
        "%25",
        "%252e",
        ";",
        ";x=1",
        "%61dmin",
        "a.b",
        "x",
        "c",
        "%20",
        "%C3%A9",
        "%c3%28",
        "é",
        "%zz",
        "%",
        "*",
        "{id}",
        "@",
        ":",
        "+",
        "~",
        "%7E",
        "?q=/admin",
        "#f",
    ]);
    prop::collection::vec(part, 1..7).prop_map(|parts| format!("/{}", parts.concat()))
}

/// The table and a router with the same patterns, which answers with what it saw.
fn policed_router(issuer: &TestIssuer) -> (Policy, Router) {
    let rules = PATTERNS.map(|pattern| Operation::get(pattern).require(scope!("x")));
    let policy = table().operations(rules).build().unwrap();
    let echo = |uri: OriginalUri, pattern: MatchedPath, parameters: RawPathParams| async move {
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{} {} {}", uri.path(), pattern.as_str(), parameters.join(","))
    };
    let router = PATTERNS.iter().fold(Router::new(), |router, pattern| router.route(pattern, get(echo)));
    let router = router.layer(authority(issuer, &policy).enforce(&policy).unwrap());
    (policy, router)
}

/// How a handler that normalises would read a path: what the table must never let it do.
fn as_others_read_it(path: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    for segment in decoded.split('/') {
        match segment.split(';').next().unwrap() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_was_judged_is_what_the_handler_sees(path in tricky_path()) {
        let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
        let issuer = &*ISSUER;
        let (policy, router) = policed_router(issuer);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (status, body) = runtime.block_on(async {
            let mut asked = request("GET", "/", Some(&issuer.token("x"))).map(|()| axum::body::Body::empty());
            *asked.uri_mut() = uri.clone();
            let answer = router.oneshot(asked).await.unwrap();
            let status = answer.status().as_u16();
            (status, axum::body::to_bytes(answer.into_body(), 4096).await.unwrap())
        });
        let judged = policy.find(&Method::GET, uri.path()).map(|operation| match operation.target() {
            Target::Http { path, .. } => path.to_string(),
            other => panic!("{other}"),
        });
        if status == 200 {
            let body = String::from_utf8(body.to_vec()).unwrap();
            let seen = body.split(' ').take(2).collect::<Vec<_>>();
            prop_assert_eq!(seen, vec![uri.path(), judged.as_deref().unwrap()], "another path or pattern");
            // Whoever decodes, or normalises, comes to the same segments.
            let decoded = percent_encoding::percent_decode_str(uri.path()).decode_utf8().unwrap();
            prop_assert_eq!(as_others_read_it(uri.path()), if decoded == "/" { "/" } else { decoded.trim_end_matches('/') });
        } else {
            prop_assert!(matches!(status, 400 | 403), "{}", status);
            prop_assert_eq!(judged, None);
        }
    }
}

#[tokio::test]
async fn ambiguous_paths_are_refused_with_400_on_the_wire_and_never_normalised() {
    let issuer = TestIssuer::new();
    let policy = table()
        .operation(Operation::get("/admin").require(scope!("admin")))
        .operation(Operation::get("/{*rest}").public("everything else"))
        .build()
        .unwrap();
    let authority = authority(&issuer, &policy);
    let inner = service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("reached"))));
    let host = Host::hyper(authority.enforce(&policy).unwrap().layer(inner)).await;
    for (name, path) in [
        ("a dot segment", "/x/../admin"),
        ("a single dot", "/./admin"),
        ("encoded dots", "/x/%2e%2e/admin"),
        ("a double slash", "//admin"),
        ("a double slash within", "/x//admin"),
        ("an encoded slash", "/x%2f..%2fadmin"),
        ("a backslash", "/x\\admin"),
        ("an encoded backslash", "/x%5cadmin"),
        ("NUL", "/admin%00"),
        ("a matrix parameter", "/admin;x=1"),
        ("a needless escape", "/%61dmin"),
        ("an escaped escape", "/x/%252e%252e/admin"),
        ("no escape", "/admin%"),
        ("no UTF-8", "/admin%ff"),
    ] {
        for token in ["", "Authorization: Bearer x\r\n"] {
            let answer = host
                .raw(format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{token}\r\n").as_bytes())
                .await;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(answer.starts_with("HTTP/1.1 400 "), "{name}: {answer}");
            assert!(!answer.contains("reached"), "{name}: {answer}");
        }
    }
    let plain = host.raw(b"GET /x/y.z/~me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(plain.ends_with(b"reached"));
}

#[tokio::test]
async fn a_path_parameter_has_to_be_the_claim_to_the_byte() {
    let issuer = TestIssuer::new();
    let own = Requirement::from(scope!("orders:read")) & Requirement::claim_is_parameter("tenant", "tenant");
    let nested = Requirement::claim_is_parameter(portcullis::ClaimPath::from(["org", "id"]), "org");
    let policy = table()
        .operation(Operation::get("/t/{tenant}/orders").require(own))
        .operation(Operation::get("/o/{org}").require(nested))
        .build()
        .unwrap();
    let authority = authority(&issuer, &policy);
    let mint = || issuer.mint().scope("orders:read");
    let wrong = (403, Some(DeniedKind::WrongResource));
    for (name, path, token, expected) in [
        ("the own tenant", "/t/acme/orders", mint().claim("tenant", "acme"), OK),
        ("another tenant", "/t/other/orders", mint().claim("tenant", "acme"), wrong),
        ("another case", "/t/ACME/orders", mint().claim("tenant", "acme"), wrong),
        ("an escaped value", "/t/a%20b/orders", mint().claim("tenant", "a b"), OK),
        ("the escape itself", "/t/a%20b/orders", mint().claim("tenant", "a%20b"), wrong),
        ("no claim", "/t/acme/orders", mint(), wrong),
        ("an array", "/t/acme/orders", mint().claim("tenant", serde_json::json!(["acme"])), wrong),
        ("a number", "/t/7/orders", mint().claim("tenant", 7), wrong),
        (
            "the tenant without the scope",
            "/t/acme/orders",
            issuer.mint().scope("x").claim("tenant", "acme"),
            (403, Some(DeniedKind::InsufficientScope)),
        ),
        ("neither", "/t/acme/orders", issuer.mint().scope("x"), wrong),
        ("a nested claim", "/o/7", mint().claim("org", serde_json::json!({ "id": "7" })), OK),
        ("a nested claim of another", "/o/8", mint().claim("org", serde_json::json!({ "id": "7" })), wrong),
    ] {
        let got = verdict(&authority, &policy, request("GET", path, Some(&token.sign()))).await;
        assert_eq!(got, expected, "{name}");
    }
}

/// Whoever decodes a path before looking would look elsewhere: then neither place counts.
#[tokio::test]
async fn another_spelling_does_not_reach_another_rule() {
    let issuer = TestIssuer::new();
    let rule = |path: &str, scope: &str| Operation::get(path).require(Requirement::scope(scope).unwrap());
    let policy = table()
        .operation(rule("/files/{*rest}", "files:read"))
        .operation(rule("/files/caf%C3%A9/{*rest}", "files:admin"))
        .operation(rule("/files/@private/{*rest}", "files:admin"))
        .operation(rule("/v1/{collection}", "files:read"))
        .operation(rule("/v1/orders:purge", "files:admin"))
        .build()
        .unwrap();
    let authority = authority(&issuer, &policy);
    let reader = issuer.token("files:read");
    for (path, expected) in [
        ("/files/caf%C3%A9/x", 403),
        ("/files/caf%c3%a9/x", 400),
        ("/files/caf\u{e9}/x", 400),
        ("/files/@private/x", 403),
        ("/files/%40private/x", 400),
        ("/v1/orders:purge", 403),
        ("/v1/orders%3Apurge", 400),
        ("/v1/a%40b", 200),
        ("/v1/a%3ab", 200),
        ("/files/a%20b/x%3Fy", 200),
        ("/files/a%3Bb", 400),
    ] {
        let Ok(uri) = path.parse::<Uri>() else { continue };
        let mut asked = request("GET", "/", Some(&reader));
        *asked.uri_mut() = uri;
        assert_eq!(verdict(&authority, &policy, asked).await.0, expected, "{path}");
    }
    let twice = table().operation(rule("/caf%C3%A9", "a")).operation(rule("/caf%c3%a9", "b")).build().unwrap_err();
    assert!(twice.to_string().contains("another spelling"), "{twice}");
}
