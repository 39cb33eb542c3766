//! Where a credential may be, how often, and what becomes of it.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue, Request, Uri};
use portcullis::{CredentialSource, DeniedKind, GuardedRequest};
use portcullis_testing::TestIssuer;
use portcullis_tests::{ReadOrders, authority, builder};

use super::{OK, Stack, anonymous, bearer, guard, handler, middleware, outcome, parameter, send, with_token};

const MISSING: (u16, Option<DeniedKind>) = (401, Some(DeniedKind::MissingCredential));
const MALFORMED: (u16, Option<DeniedKind>) = (400, Some(DeniedKind::MalformedCredential));
const MULTIPLE: (u16, Option<DeniedKind>) = (400, Some(DeniedKind::MultipleCredentials));

/// What the handler still sees of the credentials.
fn shows() -> Stack {
    handler(|request| {
        let fields = |name| {
            let fields = request.headers().get_all(name).iter().map(|field| field.to_str().unwrap_or("?"));
            fields.collect::<Vec<_>>().join(" + ")
        };
        format!("authorization: {}\ncookie: {}", fields(AUTHORIZATION), fields(COOKIE))
    })
}

fn subject() -> Stack {
    handler(|request| request.principal().unwrap().subject().unwrap().to_owned())
}

fn with_cookies(fields: &[&str]) -> Request<String> {
    let mut request = anonymous();
    for field in fields {
        request.headers_mut().append(COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
    }
    request
}

// C3: sensitive, or gone.

#[tokio::test]
async fn the_credential_is_marked_sensitive() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).cookie("session").build().unwrap();
    let sensitive = handler(|request| {
        let all: Vec<_> =
            request.headers().get_all(COOKIE).iter().chain(request.headers().get_all(AUTHORIZATION)).collect();
        assert!(!all.is_empty());
        all.iter().all(|field| field.is_sensitive()).to_string()
    });
    let token = issuer.token("orders:read");
    let value = || authority.extract_claims::<serde_json::Value>();
    for (name, stack) in [
        ("verify_signature", guard(authority.verify_signature(), sensitive.clone())),
        ("enforce_expiry", guard(authority.enforce_expiry(), sensitive.clone())),
        ("require", guard(authority.require(ReadOrders), sensitive.clone())),
        ("extract_claims", guard(value(), sensitive)),
    ] {
        assert_eq!(send(&stack, with_token(&token)).await.body(), "true", "{name}");
        let cookies = with_cookies(&["a=b", &format!("session={token}"), "c=d"]);
        assert_eq!(send(&stack, cookies).await.body(), "true", "{name}");
    }
}

#[tokio::test]
async fn a_stripped_credential_is_known_within_and_gone_for_the_handler() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).strip_credential().build().unwrap();
    let value = || authority.extract_claims::<serde_json::Value>();
    for (name, stack) in [
        ("verify_signature", guard(authority.verify_signature(), guard(authority.require(ReadOrders), shows()))),
        ("enforce_expiry", guard(authority.enforce_expiry(), guard(authority.require(ReadOrders), shows()))),
        ("require", guard(authority.require(ReadOrders), guard(authority.authenticate(), shows()))),
        ("extract_claims", guard(value(), guard(authority.require(ReadOrders), shows()))),
        ("optional", guard(authority.authenticate().optional(), guard(authority.require(ReadOrders), shows()))),
    ] {
        let response = send(&stack, with_token(&issuer.token("orders:read"))).await;
        assert_eq!((outcome(&response), response.body().as_str()), (OK, "authorization: \ncookie: "), "{name}");
        let response = send(&stack, with_token(&issuer.token("orders:write"))).await;
        assert_eq!(outcome(&response), (403, Some(DeniedKind::InsufficientScope)), "{name}");
    }
    let stack = guard(authority.authenticate(), subject());
    assert_eq!(send(&stack, with_token(&issuer.token(""))).await.body(), "test-subject", "the handler asks");
}

#[tokio::test]
async fn a_second_authority_finds_nothing_within_a_layer_that_strips() {
    let issuer = TestIssuer::new();
    let strips = builder(&issuer, issuer.keys()).strip_credential().build().unwrap();
    let other = authority(&issuer);
    let token = issuer.token("orders:read");
    let inside = guard(strips.authenticate(), guard(other.authenticate(), shows()));
    assert_eq!(outcome(&send(&inside, with_token(&token)).await), MISSING);
    let outside = guard(other.authenticate(), guard(strips.authenticate(), shows()));
    assert_eq!(outcome(&send(&outside, with_token(&token)).await), OK);
}

/// A middleware that kept a copy puts it back: it is the credential again, and taken off again.
#[tokio::test]
async fn a_stripped_credential_that_comes_back_is_judged_and_stripped_again() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).strip_credential().build().unwrap();
    let token = issuer.token("orders:read");
    let other = issuer.token("orders:write");
    for (name, back, wanted) in [
        ("the same", &token, OK),
        ("another one", &other, (403, Some(DeniedKind::InsufficientScope))),
        ("garbage", &"garbage".to_owned(), (401, Some(DeniedKind::MalformedToken))),
    ] {
        let back = bearer(back);
        let puts_back = move |request: &mut Request<String>| {
            request.headers_mut().insert(AUTHORIZATION, back.clone());
        };
        let inner = middleware(puts_back, guard(authority.require(ReadOrders), shows()));
        let response = send(&guard(authority.authenticate(), inner), with_token(&token)).await;
        assert_eq!(outcome(&response), wanted, "{name}");
        if wanted == OK {
            assert_eq!(response.body(), "authorization: \ncookie: ", "{name}");
        }
    }
}

#[tokio::test]
async fn stripping_leaves_what_is_not_the_credential() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).cookie("session").strip_credential().build().unwrap();
    let stack = guard(authority.authenticate(), shows());
    let token = issuer.token("");
    let session = format!("session={token}");
    for (name, fields, left) in [
        ("alone", vec![session.clone()], ""),
        ("first", vec![format!("{session}; a=1; b=2")], "a=1; b=2"),
        ("in the middle", vec![format!("a=1; {session}; b=2")], "a=1; b=2"),
        ("last, without spaces", vec![format!("a=1;b=2;{session}")], "a=1; b=2"),
        ("in a field of its own", vec!["a=1".to_owned(), session.clone(), "b=2; c=3".to_owned()], "a=1 + b=2; c=3"),
        (
            "beside names alike",
            vec![format!("sessions=1; {session}; xsession=2; Session=3")],
            "sessions=1; xsession=2; Session=3",
        ),
    ] {
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        let response = send(&stack, with_cookies(&fields)).await;
        assert_eq!(response.body(), &format!("authorization: \ncookie: {left}"), "{name}");
    }
    // Other people's credentials are not ours to take.
    let mut request = with_cookies(&[&session]);
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Basic dXNlcjpwYXNz"));
    assert_eq!(send(&stack, request).await.body(), "authorization: Basic dXNlcjpwYXNz\ncookie: ");
}

// Cookies.

#[tokio::test]
async fn a_cookie_is_found_by_its_exact_name_and_only_once() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).cookie("session").build().unwrap();
    let stack = guard(authority.authenticate(), subject());
    let token = issuer.token("");
    let is = |name: &str| format!("{name}={token}");
    for (name, fields, wanted) in [
        ("there", vec![is("session")], OK),
        ("among others", vec![format!("a=b; {}; c=d", is("session"))], OK),
        ("in a second field", vec!["a=b".to_owned(), is("session")], OK),
        ("with white space around", vec![format!("a=b;\t {} ", is("session"))], OK),
        ("a longer name", vec![is("sessions")], MISSING),
        ("a name that ends alike", vec![is("xsession"), is("__Host-session")], MISSING),
        ("another case", vec![is("Session"), is("SESSION")], MISSING),
        ("the name in a value", vec![format!("a={}", is("session"))], MISSING),
        ("no equals sign", vec!["session".to_owned()], MISSING),
        ("a space behind the name", vec![is("session ")], MISSING),
        ("no cookie at all", vec![], MISSING),
        ("empty", vec!["session=".to_owned()], MALFORMED),
        ("in quotes", vec![format!("session=\"{token}\"")], MALFORMED),
        ("percent-encoded", vec![format!("session={}", token.replace('.', "%2E"))], MALFORMED),
        ("not UTF-8", vec!["session=\u{fc}".to_owned()], MALFORMED),
        ("twice in one field", vec![format!("{0}; {0}", is("session"))], MULTIPLE),
        ("twice in two fields", vec![is("session"), is("session")], MULTIPLE),
        ("twice, one empty", vec![format!("session=; {}", is("session"))], MULTIPLE),
        ("twice, one malformed", vec![format!("{}; session=\"", is("session"))], MULTIPLE),
    ] {
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        assert_eq!(outcome(&send(&stack, with_cookies(&fields)).await), wanted, "{name}");
    }
}

#[tokio::test]
async fn a_cookie_and_a_header_are_two_credentials() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).cookie("session").build().unwrap();
    let stack = guard(authority.authenticate(), subject());
    let (token, other) = (issuer.token(""), issuer.token("x"));
    for (name, cookie, header, wanted) in [
        ("the same in both", format!("session={token}"), bearer(&token), MULTIPLE),
        ("two different ones", format!("session={other}"), bearer(&token), MULTIPLE),
        ("the cookie bad", "session=garbage".to_owned(), bearer(&token), MULTIPLE),
        ("the header bad", format!("session={token}"), bearer("garbage"), MULTIPLE),
        ("the header malformed", format!("session={token}"), HeaderValue::from_static("Bearer"), MALFORMED),
        ("another cookie", format!("other={token}"), bearer(&token), OK),
        ("another scheme", format!("session={token}"), HeaderValue::from_static("Basic eDp5"), OK),
    ] {
        let mut request = with_cookies(&[&cookie]);
        request.headers_mut().insert(AUTHORIZATION, header);
        assert_eq!(outcome(&send(&stack, request).await), wanted, "{name}");
    }
}

#[tokio::test]
async fn a_cookie_is_nothing_to_an_authority_that_was_not_told_of_it() {
    let issuer = TestIssuer::new();
    let stack = guard(authority(&issuer).authenticate(), subject());
    let token = issuer.token("");
    for name in ["session", "authorization", "Authorization", "access_token", "token"] {
        let request = with_cookies(&[&format!("{name}={token}"), &format!("{name}=Bearer {token}")]);
        assert_eq!(outcome(&send(&stack, request).await), MISSING, "{name}");
    }
}

#[test]
fn a_name_that_no_cookie_or_parameter_can_have_is_refused_when_the_authority_is_built() {
    let issuer = TestIssuer::new();
    for (name, good) in [
        ("session", true),
        ("__Host-session", true),
        ("", false),
        ("a b", false),
        ("a=b", false),
        ("a;b", false),
        ("é", false),
    ] {
        assert_eq!(builder(&issuer, issuer.keys()).cookie(name).build().is_ok(), good, "cookie {name:?}");
    }
    for (name, good) in
        [("access_token", true), ("t", true), ("", false), ("a b", false), ("a=b", false), ("a&b", false)]
    {
        let built = builder(&issuer, issuer.keys()).dangerous().query_parameter(name).build();
        assert_eq!(built.is_ok(), good, "parameter {name:?}");
    }
}

// Query parameters.

fn at(uri: &str) -> Request<String> {
    Request::get(uri).body(String::new()).unwrap()
}

#[tokio::test]
async fn a_query_parameter_is_no_credential_unless_it_was_asked_for() {
    let issuer = TestIssuer::new();
    let token = issuer.token("");
    let stack = guard(authority(&issuer).authenticate(), subject());
    let response = send(&stack, at(&format!("/?access_token={token}"))).await;
    assert_eq!(outcome(&response), MISSING);
    assert_eq!(parameter(&response, "error"), None, "no credential was presented: no error code");
    // Beside a header it is a second one, whether we would read it or not.
    for (name, query, wanted) in [
        ("the same", format!("access_token={token}"), MULTIPLE),
        ("another", "a=b&access_token=x&c=d".to_owned(), MULTIPLE),
        ("empty", "access_token=".to_owned(), MULTIPLE),
        ("a longer name", format!("xaccess_token={token}&access_tokens={token}"), OK),
        ("another case", format!("Access_Token={token}"), OK),
    ] {
        let mut request = at(&format!("/?{query}"));
        request.headers_mut().insert(AUTHORIZATION, bearer(&token));
        assert_eq!(outcome(&send(&stack, request).await), wanted, "{name}");
    }
}

#[tokio::test]
async fn a_dangerous_query_parameter_is_one_credential_among_others() {
    let issuer = TestIssuer::new();
    let token = issuer.token("orders:read");
    // A browser's WebSocket can send no header.
    let authority = builder(&issuer, issuer.keys()).dangerous().query_parameter("token").build().unwrap();
    let stack = guard(authority.require(ReadOrders), subject());
    for (name, uri, header, wanted) in [
        ("alone", format!("/?token={token}"), None, OK),
        ("among others", format!("/?a=b&token={token}&c"), None, OK),
        ("a header alone", "/?a=b".to_owned(), Some(bearer(&token)), OK),
        ("with a header", format!("/?token={token}"), Some(bearer(&token)), MULTIPLE),
        ("twice", format!("/?token={token}&token={token}"), None, MULTIPLE),
        ("empty", "/?token=".to_owned(), None, MALFORMED),
        ("percent-encoded", format!("/?token={}", token.replace('.', "%2E")), None, MALFORMED),
        ("a longer name", format!("/?tokens={token}"), None, MISSING),
        ("in the path", format!("/token={token}"), None, MISSING),
        ("the other name", format!("/?access_token={token}"), None, MISSING),
    ] {
        let mut request = at(&uri);
        request.headers_mut().extend(header.map(|header| (AUTHORIZATION, header)));
        assert_eq!(outcome(&send(&stack, request).await), wanted, "{name}");
    }
}

/// A URI cannot be changed by a layer that borrows it: what cannot be kept is not promised.
#[test]
fn a_query_parameter_cannot_be_stripped_and_nobody_is_led_to_believe_so() {
    let issuer = TestIssuer::new();
    let before = builder(&issuer, issuer.keys()).strip_credential().dangerous().query_parameter("token").build();
    let after = builder(&issuer, issuer.keys()).dangerous().query_parameter("token").strip_credential().build();
    assert!(before.is_err() && after.is_err());
}

// Sources of one's own.

#[derive(Debug)]
struct Gateway;

impl CredentialSource for Gateway {
    fn find<'r>(&self, headers: &'r HeaderMap, _: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
        let mut fields = headers.get_all("x-gateway-token").iter();
        match (fields.next(), fields.next()) {
            (None, _) => Ok(None),
            (Some(token), None) => Ok(Some(token.as_bytes().into())),
            (Some(_), Some(_)) => Err(DeniedKind::MultipleCredentials),
        }
    }

    fn mark_sensitive(&self, headers: &mut HeaderMap) {
        headers.get_mut("x-gateway-token").unwrap().set_sensitive(true);
    }

    fn strip(&self, headers: &mut HeaderMap) {
        headers.remove("x-gateway-token");
    }
}

#[tokio::test]
async fn a_custom_source_is_one_place_among_others() {
    let issuer = TestIssuer::new();
    let token = issuer.token("orders:read");
    let authority = builder(&issuer, issuer.keys()).credential_source(Gateway).strip_credential().build().unwrap();
    let sees = handler(|request| {
        let _: portcullis::Granted<ReadOrders> = request.require().unwrap();
        request.headers().contains_key("x-gateway-token").to_string()
    });
    let stack = guard(authority.require(ReadOrders), sees);
    let gateway = |values: &[&str]| {
        let mut request = anonymous();
        for value in values {
            request.headers_mut().append("x-gateway-token", value.parse().unwrap());
        }
        request
    };
    for (name, request, wanted) in [
        ("there", gateway(&[&token]), OK),
        ("with a scheme", gateway(&[&format!("Bearer {token}")]), MALFORMED),
        ("empty", gateway(&[""]), MALFORMED),
        ("garbage", gateway(&["garbage"]), (401, Some(DeniedKind::MalformedToken))),
        ("twice", gateway(&[&token, &token]), MULTIPLE),
        ("not there", anonymous(), MISSING),
    ] {
        let response = send(&stack, request).await;
        assert_eq!(outcome(&response), wanted, "{name}");
        if wanted == OK {
            assert_eq!(response.body(), "false", "{name}: stripped");
        }
    }
    let mut both = gateway(&[&token]);
    both.headers_mut().insert(AUTHORIZATION, bearer(&token));
    assert_eq!(outcome(&send(&stack, both).await), MULTIPLE);
}

/// A URI that is rewritten on the way in takes its credential along.
#[tokio::test]
async fn a_query_credential_that_a_middleware_rewrites_away_is_gone() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).dangerous().query_parameter("token").build().unwrap();
    let rewrites = |request: &mut Request<String>| *request.uri_mut() = Uri::from_static("/orders");
    let stack = guard(authority.authenticate(), middleware(rewrites, guard(authority.require(ReadOrders), subject())));
    assert_eq!(outcome(&send(&stack, at(&format!("/?token={}", issuer.token("orders:read")))).await), MISSING);
}
