//! Calls at the same time: one exchange, however it ends and whoever goes away.

use std::time::Duration;

use futures::future::join_all;
use portcullis_exchange::ExchangeErrorKind as Kind;
use portcullis_testing::ManualClock;
use portcullis_tests::idp::Play;
use portcullis_tests::scripted::Scripted;
use tokio::time::timeout;

use super::{NOW, SHORT, building, exchange_at, good, kind_of, stock, subject};

fn slow() -> Play {
    Play::Slow(500, portcullis_tests::idp::json(good("token").to_string()))
}

#[tokio::test]
async fn calls_at_the_same_time_make_one_exchange() {
    let server = Scripted::start(|_| slow());
    let exchange = exchange_at(&server);
    let (caller, stock) = (subject("caller"), stock());
    let tokens = join_all((0..64).map(|_| exchange.token_for(&caller, &stock))).await;
    assert!(tokens.iter().all(|token| token.as_ref().unwrap().expose() == "token"));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn an_exchange_outlives_the_call_that_began_it() {
    let server = Scripted::start(|_| slow());
    let exchange = exchange_at(&server);
    let (caller, stock) = (subject("caller"), stock());
    let first = timeout(SHORT, exchange.token_for(&caller, &stock));
    let second = async {
        tokio::time::sleep(SHORT / 2).await;
        exchange.token_for(&caller, &stock).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err(), "it went away");
    assert_eq!(second.unwrap().expose(), "token");
    assert_eq!(server.received().len(), 1);
}

/// The runtime on which an exchange was begun stands still, or is gone: calls on others neither hang nor fail for ever.
#[test]
fn an_exchange_whose_runtime_stopped_does_not_hang_others() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Scripted::start(|_| slow());
    let exchange = building(&server, &ManualClock::at(NOW)).timeout(SHORT * 5).build().unwrap();
    let (caller, stock) = (subject("caller"), stock());
    for (name, keep) in [("stands still", true), ("is gone", false)] {
        let stopped = runtime();
        let first = stopped.block_on(async { timeout(SHORT / 4, exchange.token_for(&caller, &stock)).await });
        assert!(first.is_err(), "{name}");
        let stopped = keep.then_some(stopped);
        let other = runtime();
        let second = other.block_on(async {
            let waited = timeout(Duration::from_secs(20), exchange.token_for(&caller, &stock)).await;
            let waited = waited.expect("it does not hang");
            if waited.is_err() { exchange.token_for(&caller, &stock).await } else { waited }
        });
        let token = second.expect(name);
        assert_eq!(token.expose(), "token", "{name}");
        drop(stopped);
        other.block_on(forget(&exchange, &server));
    }
}

/// Has the callee refuse the token, so that it is no longer at hand.
async fn forget(exchange: &portcullis_exchange::TokenExchange, server: &Scripted) {
    use tower::ServiceExt;
    let callee = Scripted::start(|_| Play::Answer(http::Response::builder().status(401).body(String::new()).unwrap()));
    let mut request = super::call(&callee);
    request.extensions_mut().insert(subject("caller"));
    let asked = server.received().len();
    assert_eq!(super::inventory(exchange).oneshot(request).await.unwrap().status(), 401);
    assert_eq!(server.received().len(), asked, "it was at hand");
}

#[tokio::test]
async fn a_failure_is_shared_by_who_waits_and_not_kept() {
    let server = Scripted::start(|_| {
        let refused = http::Response::builder().status(503).body(String::new()).unwrap();
        Play::Slow(300, refused)
    });
    let exchange = exchange_at(&server);
    let kinds = join_all((0..8).map(|_| kind_of(&exchange))).await;
    assert_eq!((kinds, server.received().len()), (vec![Kind::Status; 8], 1));
    assert_eq!(kind_of(&exchange).await, Kind::Status);
    assert_eq!(server.received().len(), 2);
    server.answer(|_| super::ok(&good("token")));
    assert!(exchange.token_for(&subject("caller"), &stock()).await.is_ok());
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let server = Scripted::start(|_| Play::Hang);
    let exchange = building(&server, &ManualClock::at(NOW)).timeout(SHORT).build().unwrap();
    assert_eq!(kind_of(&exchange).await, Kind::Timeout);
    server.answer(|_| super::ok(&good("token")));
    assert!(exchange.token_for(&subject("caller"), &stock()).await.is_ok());
}
