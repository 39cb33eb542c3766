//! No token and no secret in logs, errors and `Debug`; what there is instead.

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use portcullis_testing::ManualClock;
use portcullis_tests::idp::Play;
use portcullis_tests::scripted::Scripted;
use tower::ServiceExt;

use super::{NOW, SECRET, building, call, callee, good, inventory, ok, stock, subject};
use crate::logs::Log;

const INBOUND: &str = "inbound-t0ken";
const OUTBOUND: &str = "outbound-t0ken";

#[tokio::test]
async fn no_token_and_no_secret_is_shown_anywhere() {
    let log = Log::capture();
    // What a careless server sends back.
    let echo = format!(r#"{{"error":"bad token {INBOUND}","error_description":"{INBOUND} of {SECRET}"}}"#);
    let refusing = http::Response::builder().status(400).header("content-type", "application/json").body(echo).unwrap();
    let server = Scripted::start(move |_| Play::Answer(refusing.clone()));
    let builder = building(&server, &ManualClock::at(NOW));
    let mut shown = vec![format!("{builder:?}")];
    let exchange = builder.build().unwrap();
    let caller = subject(INBOUND);
    shown.push(format!("{exchange:?} {caller:?} {:?}", exchange.downscope(stock())));
    let error = exchange.token_for(&caller, &stock()).await.unwrap_err();
    shown.push(format!("{error} {error:?}"));
    server.answer(|_| ok(&good(OUTBOUND)));
    let token = exchange.token_for(&caller, &stock()).await.unwrap();
    shown.push(format!("{token:?} {:?}", token.header_value()));
    let callee = callee();
    let mut request = call(&callee);
    request.extensions_mut().insert(caller);
    let mut service = inventory(&exchange);
    shown.push(format!("{service:?} {request:?}"));
    let future = tower::Service::call(service.ready().await.unwrap(), request);
    shown.push(format!("{future:?}"));
    future.await.unwrap();
    shown.push(log.text());
    for secret in [INBOUND, OUTBOUND, SECRET] {
        for text in &shown {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let ours = |level| log.lines(level).into_iter().filter(|line| line.contains("portcullis_exchange")).count();
    assert_eq!((ours("WARN"), ours("DEBUG")), (1, 1), "one line an exchange: {}", log.text());
}

#[tokio::test]
async fn exchanges_and_tokens_at_hand_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _installed = metrics::set_default_local_recorder(&recorder);
    let server = Scripted::start(|_| Play::Raw(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n".to_vec()));
    let exchange = building(&server, &ManualClock::at(NOW)).build().unwrap();
    exchange.token_for(&subject("caller"), &stock()).await.unwrap_err();
    server.answer(|_| ok(&good("token")));
    for _ in 0..3 {
        exchange.token_for(&subject("caller"), &stock()).await.unwrap();
    }
    let counted = snapshotter.snapshot().into_vec();
    let count = |name: &str, value: &str| {
        let found = counted
            .iter()
            .find(|(key, ..)| key.key().name() == name && key.key().labels().any(|label| label.value() == value));
        match found {
            Some((.., DebugValue::Counter(count))) => *count,
            _ => 0,
        }
    };
    let requests = "portcullis_exchange_requests_total";
    assert_eq!((count(requests, "granted"), count(requests, "status")), (1, 1));
    let cache = "portcullis_exchange_cache_total";
    assert_eq!((count(cache, "hit"), count(cache, "miss")), (2, 2));
}
