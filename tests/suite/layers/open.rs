//! What is let through without a credential, and no further: optional layers, preflights.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{Method, Request};
use portcullis::{Claims, DeniedKind, GuardedRequest};
use portcullis_testing::TestIssuer;
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::{ReadOrders, authority, builder};

use super::{OK, Stack, anonymous, bearer, guard, handler, outcome, send, with_token};

/// Who calls, as the handler knows.
fn who(request: &Request<String>) -> String {
    match request.maybe_principal() {
        Ok(Some(caller)) => caller.subject().unwrap().to_owned(),
        Ok(None) => "nobody".to_owned(),
        Err(denied) => denied.kind().to_string(),
    }
}

fn greets() -> Stack {
    handler(|request| who(request))
}

const MISSING: (u16, Option<DeniedKind>) = (401, Some(DeniedKind::MissingCredential));

#[tokio::test]
async fn an_optional_layer_lets_nobody_through_as_nobody() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let value = || authority.extract_claims::<serde_json::Value>();
    let layers = [
        ("verify_signature", guard(authority.verify_signature().optional(), greets())),
        ("enforce_expiry", guard(authority.enforce_expiry().optional(), greets())),
        ("extract_claims", guard(value().optional(), greets())),
        ("all", guard(authority.authenticate().optional(), guard(value().optional(), greets()))),
    ];
    let basic = {
        // another scheme is no credential of ours
        let mut request = anonymous();
        request.headers_mut().insert("authorization", "Basic dXNlcjpwYXNz".parse().unwrap());
        request
    };
    for (name, stack) in layers {
        for (request, who) in [
            (anonymous(), "nobody"),
            (basic.clone(), "nobody"),
            (with_token(&issuer.token("orders:read")), "test-subject"),
        ] {
            let response = send(&stack, request).await;
            assert_eq!((outcome(&response), response.body().as_str()), (OK, who), "{name}");
        }
        for (bad, token, kind) in [
            ("no token", "no token".to_owned(), (400, Some(DeniedKind::MalformedCredential))),
            ("garbage", "garbage".to_owned(), (401, Some(DeniedKind::MalformedToken))),
            ("of a stranger", TestIssuer::new().token(""), (401, Some(DeniedKind::BadSignature))),
        ] {
            assert_eq!(outcome(&send(&stack, with_token(&token)).await), kind, "{name}: {bad}");
        }
        let mut two = with_token(&issuer.token("orders:read"));
        two.headers_mut().append("authorization", bearer(&issuer.token("orders:read")));
        assert_eq!(outcome(&send(&stack, two).await), (400, Some(DeniedKind::MultipleCredentials)), "{name}");
    }
}

#[tokio::test]
async fn an_inner_requirement_refuses_nobody() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let value = || authority.extract_claims::<serde_json::Value>();
    for (name, inner) in [
        ("require", guard(authority.require(ReadOrders), greets())),
        ("authenticate", guard(authority.authenticate(), greets())),
        ("verify_signature", guard(authority.verify_signature(), greets())),
        ("extract_claims", guard(value(), greets())),
    ] {
        let stack = guard(authority.authenticate().optional(), inner.clone());
        assert_eq!(outcome(&send(&stack, anonymous()).await), MISSING, "{name}");
        // An optional layer inside opens nothing that another one shut.
        let stack = guard(authority.authenticate(), guard(authority.authenticate().optional(), inner));
        assert_eq!(outcome(&send(&stack, anonymous()).await), MISSING, "{name}");
    }
    let asks = handler(|request| request.require::<ReadOrders>().unwrap_err().kind().to_string());
    let stack = guard(authority.authenticate().optional(), asks);
    assert_eq!(send(&stack, anonymous()).await.body(), "missing_credential");
}

#[tokio::test]
async fn an_optional_layer_extracts_no_claims_of_nobody() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let looks = handler(|request| request.extensions().get::<Claims<serde_json::Value>>().is_some().to_string());
    let stack = guard(authority.extract_claims::<serde_json::Value>().optional(), looks);
    assert_eq!(send(&stack, anonymous()).await.body(), "false");
    assert_eq!(send(&stack, with_token(&issuer.token(""))).await.body(), "true");
}

fn preflight(method: Method) -> Request<String> {
    let mut request = anonymous();
    *request.method_mut() = method;
    request.headers_mut().insert(ORIGIN, "https://shop.test".parse().unwrap());
    request.headers_mut().insert(ACCESS_CONTROL_REQUEST_METHOD, "DELETE".parse().unwrap());
    request
}

#[tokio::test]
async fn a_preflight_passes_only_where_it_is_allowed_and_only_as_one() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let allowed = guard(authority.require(ReadOrders).allow_preflight(), greets());
    let not_allowed = guard(authority.require(ReadOrders), greets());
    let plain_options = {
        let mut request = preflight(Method::OPTIONS);
        request.headers_mut().remove(ACCESS_CONTROL_REQUEST_METHOD);
        request
    };
    let lower_case = preflight(Method::from_bytes(b"options").unwrap());
    for (name, stack, request, wanted) in [
        ("allowed", &allowed, preflight(Method::OPTIONS), OK),
        ("not allowed", &not_allowed, preflight(Method::OPTIONS), MISSING),
        ("without the field", &allowed, plain_options, MISSING),
        ("in lower case", &allowed, lower_case, MISSING),
        ("GET with the field", &allowed, preflight(Method::GET), MISSING),
        ("POST with the field", &allowed, preflight(Method::POST), MISSING),
        ("DELETE with the field", &allowed, preflight(Method::DELETE), MISSING),
        ("HEAD with the field", &allowed, preflight(Method::HEAD), MISSING),
    ] {
        assert_eq!(outcome(&send(stack, request).await), wanted, "{name}");
    }
}

#[tokio::test]
async fn a_preflight_opens_no_other_layer_and_proves_nothing() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let inside = guard(authority.authenticate().allow_preflight(), guard(authority.require(ReadOrders), greets()));
    let outside = guard(authority.authenticate(), guard(authority.require(ReadOrders).allow_preflight(), greets()));
    for (name, stack) in [("a strict layer inside", inside), ("a strict layer outside", outside)] {
        assert_eq!(outcome(&send(&stack, preflight(Method::OPTIONS)).await), MISSING, "{name}");
    }
    // The handler is told that nobody calls, and refuses by itself.
    let stack = guard(authority.authenticate().allow_preflight(), greets());
    assert_eq!(send(&stack, preflight(Method::OPTIONS)).await.body(), "nobody");
    let asks = handler(|request| request.require::<ReadOrders>().unwrap_err().kind().to_string());
    let stack = guard(authority.require(ReadOrders).allow_preflight(), asks);
    assert_eq!(send(&stack, preflight(Method::OPTIONS)).await.body(), "missing_credential");
}

/// A preflight with a credential is a strange thing; what is behind must judge it all the same.
#[tokio::test]
async fn a_credential_that_comes_with_a_preflight_is_judged_where_it_is_asked_for() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let stack = guard(authority.authenticate().allow_preflight(), greets());
    for (name, token, who) in [
        ("good", issuer.token("orders:read"), "test-subject"),
        ("bad", TestIssuer::new().token("orders:read"), "bad_signature"),
    ] {
        let mut request = preflight(Method::OPTIONS);
        request.headers_mut().insert("authorization", bearer(&token));
        assert_eq!(send(&stack, request).await.body(), who, "{name}");
    }
}

/// What a layer outside has proved is not forgotten because one inside lets preflights through.
#[tokio::test]
async fn a_preflight_keeps_the_proof_of_an_outer_layer() {
    let issuer = TestIssuer::new();
    for strip in [false, true] {
        let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
        let authority = builder(&issuer, keys.clone());
        let authority = if strip { authority.strip_credential() } else { authority }.build().unwrap();
        let stack = guard(authority.authenticate(), guard(authority.require(ReadOrders).allow_preflight(), greets()));
        let mut request = preflight(Method::OPTIONS);
        request.headers_mut().insert("authorization", bearer(&issuer.token("orders:read")));
        let before = keys.lookups();
        assert_eq!(send(&stack, request).await.body(), "test-subject", "strip: {strip}");
        assert_eq!(keys.lookups() - before, 1, "strip: {strip}");
    }
}

#[tokio::test]
async fn no_method_is_open() {
    let issuer = TestIssuer::new();
    let stack = guard(authority(&issuer).require(ReadOrders), greets());
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"];
    for method in methods.map(|method| Method::from_bytes(method.as_bytes()).unwrap()) {
        for (token, wanted) in [(None, MISSING), (Some(issuer.token("orders:read")), OK)] {
            let mut request = token.map_or_else(anonymous, |token| with_token(&token));
            *request.method_mut() = method.clone();
            assert_eq!(outcome(&send(&stack, request).await), wanted, "{method}");
        }
    }
}
