//! What a server may answer, and what is not used.

use http::Response;
use portcullis_core::Timestamp;
use portcullis_exchange::ExchangeErrorKind as Kind;
use portcullis_testing::ManualClock;
use portcullis_tests::idp::{Play, json};
use portcullis_tests::scripted::Scripted;
use serde_json::json as value;

use super::{CALLEE, NOW, building, exchange_at, good, jwt, kind_of, ok, stock, subject, with};

#[tokio::test]
async fn an_answer_that_is_not_what_was_asked_for_is_not_used() {
    let opaque = || good("token");
    let claims = |claims: &str| ok(&good(&jwt(claims)));
    let error = |status: u16, code: &str| {
        let body = value!({ "error": code, "error_description": "why" }).to_string();
        let response = Response::builder().status(status).header("content-type", "application/json");
        Play::Answer(response.body(body).unwrap())
    };
    let status = |status: u16| Play::Answer(Response::builder().status(status).body(String::new()).unwrap());
    let page = Response::builder().header("content-type", "text/html").body(opaque().to_string()).unwrap();
    let twice = opaque().to_string().replacen('{', r#"{"token_type":"Bearer","#, 1);
    let rows = [
        ("DPoP", ok(&with(opaque(), value!({ "token_type": "DPoP" }))), Kind::WrongTokenType),
        ("N_A", ok(&with(opaque(), value!({ "token_type": "N_A" }))), Kind::WrongTokenType),
        ("no token type", ok(&with(opaque(), value!({ "token_type": null }))), Kind::Malformed),
        (
            "an ID token",
            ok(&with(opaque(), value!({ "issued_token_type": "urn:ietf:params:oauth:token-type:id_token" }))),
            Kind::WrongTokenType,
        ),
        (
            "a refresh token",
            ok(&with(opaque(), value!({ "issued_token_type": "urn:ietf:params:oauth:token-type:refresh_token" }))),
            Kind::WrongTokenType,
        ),
        ("no issued type", ok(&with(opaque(), value!({ "issued_token_type": null }))), Kind::Malformed),
        ("no token", ok(&with(opaque(), value!({ "access_token": null }))), Kind::Malformed),
        ("an empty token", ok(&good("")), Kind::Malformed),
        ("a token of two words", ok(&good("a b")), Kind::Malformed),
        ("a token with a line break", ok(&good("a\r\nx: y")), Kind::Malformed),
        ("a token of 20 KiB", ok(&good(&"a".repeat(20 * 1024))), Kind::Malformed),
        ("a member twice", Play::Answer(json(twice)), Kind::Malformed),
        ("not JSON", Play::Answer(json("token")), Kind::Malformed),
        ("a list", Play::Answer(json("[]")), Kind::Malformed),
        ("a page", Play::Answer(page), Kind::ContentType),
        ("100 KiB", ok(&with(opaque(), value!({ "x": "x".repeat(100_000) }))), Kind::TooLarge),
        ("the caller's own token", ok(&good("caller")), Kind::WiderThanAsked),
        ("another scope", ok(&with(opaque(), value!({ "scope": "stock:read admin" }))), Kind::WiderThanAsked),
        ("a longer scope", ok(&with(opaque(), value!({ "scope": "stock:readwrite" }))), Kind::WiderThanAsked),
        ("no list of scopes", ok(&with(opaque(), value!({ "scope": "stock:read  stock:count" }))), Kind::Malformed),
        ("expired", ok(&with(opaque(), value!({ "expires_in": 0 }))), Kind::Expired),
        ("expired long ago", ok(&with(opaque(), value!({ "expires_in": -5 }))), Kind::Malformed),
        ("another scope in the JWT", claims(&format!(r#"{{"aud":"{CALLEE}","scope":"admin"}}"#)), Kind::WiderThanAsked),
        ("another scp in the JWT", claims(&format!(r#"{{"aud":"{CALLEE}","scp":["admin"]}}"#)), Kind::WiderThanAsked),
        (
            "a scp beside a good scope",
            claims(&format!(r#"{{"aud":"{CALLEE}","scope":"stock:read","scp":"admin"}}"#)),
            Kind::WiderThanAsked,
        ),
        ("another audience", claims(r#"{"aud":"https://other.test"}"#), Kind::WiderThanAsked),
        ("two audiences", claims(&format!(r#"{{"aud":["{CALLEE}","https://other.test"]}}"#)), Kind::WiderThanAsked),
        ("no audience", claims("{}"), Kind::WiderThanAsked),
        ("a claim twice", claims(&format!(r#"{{"aud":"{CALLEE}","aud":"{CALLEE}"}}"#)), Kind::Malformed),
        ("an audience that is none", claims(r#"{"aud":7}"#), Kind::Malformed),
        ("an exp that is none", claims(&format!(r#"{{"aud":"{CALLEE}","exp":-1}}"#)), Kind::Malformed),
        ("a JWT of no JSON", claims("nothing"), Kind::Malformed),
        ("a JWT that has expired", claims(&format!(r#"{{"aud":"{CALLEE}","exp":{NOW}}}"#)), Kind::Expired),
        ("a redirect", status(302), Kind::Redirected),
        ("created", status(201), Kind::Status),
        ("away", status(503), Kind::Status),
        ("an error without a code", status(400), Kind::Status),
        ("invalid_request", error(400, "invalid_request"), Kind::InvalidRequest),
        ("invalid_client", error(401, "invalid_client"), Kind::InvalidClient),
        ("invalid_grant", error(400, "invalid_grant"), Kind::InvalidGrant),
        ("unauthorized_client", error(400, "unauthorized_client"), Kind::UnauthorizedClient),
        ("unsupported_grant_type", error(400, "unsupported_grant_type"), Kind::UnsupportedGrantType),
        ("invalid_scope", error(400, "invalid_scope"), Kind::InvalidScope),
        ("invalid_target", error(400, "invalid_target"), Kind::InvalidTarget),
        ("another error", error(400, "slow_down"), Kind::Refused),
        ("half an answer", Play::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()), Kind::Interrupted),
    ];
    let server = Scripted::start(|_| Play::Hang);
    let exchange = exchange_at(&server);
    for (name, play, expected) in rows {
        server.answer(move |_| play.clone());
        assert_eq!(kind_of(&exchange).await, expected, "{name}");
    }
    server.answer(|_| ok(&good("good")));
    assert_eq!(exchange.token_for(&subject("caller"), &stock()).await.unwrap().expose(), "good", "none was kept");
}

#[tokio::test]
async fn an_answer_that_is_what_was_asked_for_is_used() {
    let full = "stock:count stock:read";
    let claims = |claims: &str| good(&jwt(claims));
    for (name, answer, scopes, life) in [
        ("opaque", good("token"), full, Some(300)),
        ("bearer", with(good("token"), value!({ "token_type": "bearer" })), full, Some(300)),
        (
            "called a JWT",
            with(good("token"), value!({ "issued_token_type": "urn:ietf:params:oauth:token-type:jwt" })),
            full,
            Some(300),
        ),
        ("fewer scopes", with(good("token"), value!({ "scope": "stock:read" })), "stock:read", Some(300)),
        ("no life", with(good("token"), value!({ "expires_in": null })), full, None),
        ("a JWT", claims(&format!(r#"{{"aud":"{CALLEE}","exp":{}}}"#, NOW + 200)), full, Some(200)),
        ("a list of one", claims(&format!(r#"{{"aud":["{CALLEE}"],"scp":["stock:read"]}}"#)), "stock:read", Some(300)),
        ("more than is known", claims(&format!(r#"{{"aud":"{CALLEE}","act":{{"sub":"orders"}}}}"#)), full, Some(300)),
    ] {
        let server = Scripted::start(move |_| ok(&answer));
        let token = exchange_at(&server).token_for(&subject("caller"), &stock()).await.expect(name);
        assert_eq!(token.scopes().to_string(), scopes, "{name}");
        assert_eq!(token.expires_at(), life.map(|life| Timestamp::from_secs(NOW + life)), "{name}");
    }
}

#[tokio::test]
async fn a_token_does_not_outlive_that_of_the_caller() {
    let caller = subject(&jwt(&format!(r#"{{"exp":{}}}"#, NOW + 100)));
    for (name, answer, expected) in [
        ("a JWT, as long", good(&jwt(&format!(r#"{{"aud":"{CALLEE}","exp":{}}}"#, NOW + 100))), Ok(100)),
        (
            "a JWT, longer",
            good(&jwt(&format!(r#"{{"aud":"{CALLEE}","exp":{}}}"#, NOW + 101))),
            Err(Kind::WiderThanAsked),
        ),
        ("a JWT for ever", good(&jwt(&format!(r#"{{"aud":"{CALLEE}"}}"#))), Err(Kind::WiderThanAsked)),
        ("opaque: it is not used for longer", good("token"), Ok(100)),
    ] {
        let server = Scripted::start(move |_| ok(&answer));
        let token = exchange_at(&server).token_for(&caller, &stock()).await;
        let expires_at = token.map(|token| token.expires_at().unwrap().as_secs() - NOW).map_err(|error| error.kind());
        assert_eq!(expires_at, expected, "{name}");
    }
}

/// Many servers give every token the same life.
#[tokio::test]
async fn where_it_may_outlive_it_it_is_not_used_for_longer() {
    let caller = subject(&jwt(&format!(r#"{{"exp":{}}}"#, NOW + 100)));
    for (name, claims, expected) in [
        ("a longer life", format!(r#"{{"aud":"{CALLEE}","exp":{}}}"#, NOW + 300), Ok(100)),
        ("for ever", format!(r#"{{"aud":"{CALLEE}"}}"#), Ok(100)),
        (
            "more scopes",
            format!(r#"{{"aud":"{CALLEE}","exp":{},"scope":"admin"}}"#, NOW + 300),
            Err(Kind::WiderThanAsked),
        ),
        ("another audience", format!(r#"{{"aud":"x","exp":{}}}"#, NOW + 300), Err(Kind::WiderThanAsked)),
    ] {
        let answer = good(&jwt(&claims));
        let server = Scripted::start(move |_| ok(&answer));
        let exchange = building(&server, &ManualClock::at(NOW)).dangerous().allow_longer_life().build().unwrap();
        let token = exchange.token_for(&caller, &stock()).await;
        let expires_at = token.map(|token| token.expires_at().unwrap().as_secs() - NOW).map_err(|error| error.kind());
        assert_eq!(expires_at, expected, "{name}");
    }
}
