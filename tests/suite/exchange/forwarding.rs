//! What a callee gets to see: never the token of the caller.

use http::HeaderMap;
use portcullis_exchange::{Downscope, DownscopeError, ExchangeErrorKind as Kind, SubjectToken};
use portcullis_tests::idp::Play;
use portcullis_tests::scripted::Scripted;
use tower::ServiceExt;

use super::{CALLEE, call, callee, exchange_at, form, good, inventory, numbering, ok, subject};

#[tokio::test]
async fn the_callee_sees_the_exchanged_token_and_no_other() {
    let (server, callee) = (numbering(), callee());
    let exchange = exchange_at(&server);
    let mut inbound = HeaderMap::new();
    inbound.insert("authorization", "Bearer from-inbound".parse().unwrap());
    type Row = (&'static str, Option<SubjectToken>, Option<&'static str>, &'static str);
    let rows: [Row; 5] = [
        ("an extension", Some(subject("from-extension")), None, "from-extension"),
        ("inbound headers", Some(SubjectToken::from_headers(&inbound).unwrap()), None, "from-inbound"),
        ("a header", None, Some("Bearer from-header"), "from-header"),
        ("both, and the same", Some(subject("both")), Some("bearer both"), "both"),
        ("a password beside it", Some(subject("beside")), Some("Basic b3JkZXJzOnB3"), "beside"),
    ];
    for (number, (name, extension, header, whose)) in (1..).zip(rows) {
        let mut request = call(&callee);
        extension.map(|extension| request.extensions_mut().insert(extension));
        header.map(|header| request.headers_mut().insert("authorization", header.parse().unwrap()));
        request.headers_mut().insert("cookie", "a=b".parse().unwrap());
        request.headers_mut().insert("x-request-id", "42".parse().unwrap());
        assert_eq!(inventory(&exchange).oneshot(request).await.unwrap().status(), 200, "{name}");
        let seen = callee.received().pop().unwrap();
        assert_eq!(seen.header("authorization"), [format!("Bearer {whose}-{number}")], "{name}");
        assert_eq!((seen.header("cookie"), seen.header("x-request-id")), (vec!["a=b"], vec!["42"]), "{name}");
        assert_eq!(form(&server.received().pop().unwrap())["subject_token"], whose, "{name}");
    }
}

#[tokio::test]
async fn without_one_good_token_nothing_is_sent() {
    let (server, callee) = (numbering(), callee());
    let exchange = exchange_at(&server);
    for (name, extension, headers, expected) in [
        ("none", None, &[][..], Kind::NoSubjectToken),
        ("a password", None, &["Basic b3JkZXJzOnB3"], Kind::NoSubjectToken),
        ("two that differ", Some("one"), &["Bearer two"], Kind::SubjectTokensDiffer),
        ("two headers", None, &["Bearer one", "Bearer one"], Kind::BadSubjectToken),
        ("a header of two words", None, &["Bearer a b"], Kind::BadSubjectToken),
        ("a bad header beside a good extension", Some("one"), &["Bearer a b"], Kind::BadSubjectToken),
        ("an empty header", None, &["Bearer "], Kind::BadSubjectToken),
    ] {
        let mut request = call(&callee);
        extension.map(|extension| request.extensions_mut().insert(subject(extension)));
        for header in headers {
            request.headers_mut().append("authorization", header.parse().unwrap());
        }
        let error = inventory(&exchange).oneshot(request).await.unwrap_err();
        assert_eq!(error.kind(), Some(expected), "{name}");
    }
    assert!(callee.received().is_empty() && server.received().is_empty());
}

#[tokio::test]
async fn a_failed_exchange_sends_nothing() {
    let (server, callee) = (Scripted::start(|_| Play::Raw(Vec::new())), callee());
    let mut request = call(&callee);
    request.extensions_mut().insert(subject("caller"));
    let error = inventory(&exchange_at(&server)).oneshot(request).await.unwrap_err();
    assert!(matches!(error, DownscopeError::Exchange(_)), "{error:?}");
    assert!(callee.received().is_empty());
}

#[tokio::test]
async fn the_request_is_that_of_rfc_8693() {
    let server = Scripted::start(|_| ok(&good("token")));
    let exchange = exchange_at(&server);
    for (name, callee, parameter) in [
        ("a URL", Downscope::to(CALLEE), ("resource", CALLEE)),
        ("a URL as audience", Downscope::to(CALLEE).as_audience(), ("audience", CALLEE)),
        ("a name", Downscope::to("urn:inventory & more"), ("audience", "urn:inventory & more")),
    ] {
        let asked = callee.scopes(["b:read", "a:read"]).unwrap();
        exchange.token_for(&subject("caller+/=="), &asked).await.unwrap();
        let received = server.received().pop().unwrap();
        assert_eq!(received.head[0], "POST /token HTTP/1.1");
        assert_eq!(received.header("content-type"), ["application/x-www-form-urlencoded"]);
        let access_token = "urn:ietf:params:oauth:token-type:access_token".to_owned();
        let expected = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
            ("subject_token", "caller+/==".to_owned()),
            ("subject_token_type", access_token.clone()),
            ("requested_token_type", access_token),
            ("scope", "a:read b:read".to_owned()),
            (parameter.0, parameter.1.to_owned()),
        ];
        assert_eq!(form(&received), expected.map(|(name, value)| (name.to_owned(), value)).into(), "{name}");
    }
    for (name, bad) in [
        ("no scopes", Downscope::to(CALLEE).scopes([""; 0])),
        ("no scope", Downscope::to(CALLEE).scopes(["a b"])),
        ("a fragment", Downscope::to("https://a.test/#b").scopes(["a"])),
        ("no host", Downscope::to("https://").scopes(["a"])),
        ("nobody", Downscope::to("").scopes(["a"])),
    ] {
        assert!(bad.is_err(), "{name}");
    }
}
