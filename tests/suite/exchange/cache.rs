//! What is kept, for whom, and for how long.

use std::time::Duration;

use http::Response;
use portcullis_exchange::{Downscope, ExchangeErrorKind as Kind};
use portcullis_testing::ManualClock;
use portcullis_tests::idp::Play;
use portcullis_tests::scripted::Scripted;
use serde_json::json as value;
use tower::ServiceExt;

use super::{CALLEE, NOW, building, call, callee, exchange_at, good, inventory, numbering, ok, stock, subject, with};

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_expires() {
    for (name, life, fresh) in [
        ("half a minute off", Some(300), 270),
        ("a fifth off", Some(100), 80),
        ("an hour at most", Some(1_000_000), 3570),
        ("nobody knows", None, 0),
    ] {
        let server = Scripted::start(move |_| ok(&with(good("token"), value!({ "expires_in": life }))));
        let clock = ManualClock::at(NOW);
        let exchange = building(&server, &clock).build().unwrap();
        let asked = async || {
            exchange.token_for(&subject("caller"), &stock()).await.unwrap();
            server.received().len()
        };
        assert_eq!(asked().await, 1, "{name}");
        if fresh > 0 {
            clock.advance(Duration::from_secs(fresh) - Duration::from_millis(1));
            assert_eq!(asked().await, 1, "{name}: it is fresh");
            clock.advance(Duration::from_millis(1));
        }
        assert_eq!(asked().await, 2, "{name}: it is stale");
    }
}

#[tokio::test]
async fn two_callers_callees_or_sets_of_scopes_never_share_a_token() {
    let server = numbering();
    let exchange = exchange_at(&server);
    let to = |callee: &str, scopes: &[&str]| Downscope::to(callee).scopes(scopes.iter().copied()).unwrap();
    let rows = [
        ("alice", to(CALLEE, &["a"])),
        ("bob", to(CALLEE, &["a"])),
        ("alice", to("https://other.test", &["a"])),
        ("alice", to(CALLEE, &["b"])),
        ("alice", to(CALLEE, &["a", "b"])),
        ("alice", Downscope::to(CALLEE).as_audience().scopes(["a"]).unwrap()),
    ];
    for _ in 0..2 {
        for (number, (caller, asked)) in (1..).zip(&rows) {
            let token = exchange.token_for(&subject(caller), asked).await.unwrap();
            assert_eq!(token.expose(), format!("{caller}-{number}"), "{asked:?}");
        }
    }
    let same = exchange.token_for(&subject("alice"), &to(CALLEE, &["b", "a"])).await.unwrap();
    assert_eq!(same.expose(), "alice-5", "scopes have no order");
}

#[tokio::test]
async fn no_more_tokens_are_kept_than_there_may_be() {
    let server = numbering();
    let exchange = building(&server, &ManualClock::at(NOW)).capacity(2).build().unwrap();
    for caller in ["a", "b", "c", "c", "b", "a"] {
        exchange.token_for(&subject(caller), &stock()).await.unwrap();
    }
    assert_eq!(server.received().len(), 4, "the first made room, and is exchanged again");
}

#[tokio::test]
async fn a_401_of_the_callee_drops_the_token_and_nothing_is_sent_twice() {
    let (server, callee) = (numbering(), callee());
    let exchange = exchange_at(&server);
    let mut seen = Vec::new();
    for status in [200, 403, 500, 401, 200, 200] {
        callee.answer(move |_| Play::Answer(Response::builder().status(status).body(String::new()).unwrap()));
        let mut request = call(&callee);
        request.extensions_mut().insert(subject("caller"));
        assert_eq!(inventory(&exchange).oneshot(request).await.unwrap().status(), status);
        seen.push(callee.received().pop().unwrap().header("authorization")[0].to_owned());
    }
    let (first, second) = ("Bearer caller-1", "Bearer caller-2");
    assert_eq!(seen, [first, first, first, first, second, second]);
    assert_eq!(callee.received().len(), 6);
}

#[tokio::test]
async fn a_clock_that_cannot_tell_the_time_opens_nothing() {
    let (server, clock) = (numbering(), ManualClock::at(NOW));
    let exchange = building(&server, &clock).build().unwrap();
    exchange.token_for(&subject("caller"), &stock()).await.unwrap();
    clock.fail();
    let callee = callee();
    let mut request = call(&callee);
    request.extensions_mut().insert(subject("caller"));
    let error = inventory(&exchange).oneshot(request).await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::ClockFailed));
    assert!(callee.received().is_empty());
}
