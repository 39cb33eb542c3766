//! Token exchange: what goes to the token endpoint, what comes back and is not used, and what a callee gets to see.

mod answers;
mod cache;
mod client_auth;
mod forwarding;
mod sharing;
mod silence;

use std::collections::BTreeMap;
use std::time::Duration;

use base64_simd::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use portcullis_exchange::{
    BuiltIn, Downscope, DownscopeService, ExchangeErrorKind, SubjectToken, TokenExchange, TokenExchangeBuilder,
};
use portcullis_testing::ManualClock;
use portcullis_tests::idp::{Play, json};
use portcullis_tests::scripted::{Received, Scripted};
use serde_json::{Value, json as value};
use tower::Layer;

const CALLEE: &str = "https://inventory.test";
/// The time on the clock of these tests.
const NOW: u64 = 1_700_000_000;
/// What no log, error or `Debug` may show.
const SECRET: &str = "very-s3cret";

fn subject(token: &str) -> SubjectToken {
    SubjectToken::bearer(token).unwrap()
}

fn stock() -> Downscope {
    Downscope::to(CALLEE).scopes(["stock:read", "stock:count"]).unwrap()
}

fn building(server: &Scripted, clock: &ManualClock) -> TokenExchangeBuilder<BuiltIn> {
    TokenExchange::at(server.url("/token")).client_secret("orders", SECRET).clock(clock.clone())
}

fn exchange_at(server: &Scripted) -> TokenExchange {
    building(server, &ManualClock::at(NOW)).build().unwrap()
}

/// What a good server answers, with an opaque token.
fn good(token: &str) -> Value {
    value!({
        "access_token": token,
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": 300,
    })
}

/// The same with these members changed; `null` takes one away.
fn with(mut answer: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            answer.as_object_mut().unwrap().remove(name);
        } else {
            answer[name] = value.clone();
        }
    }
    answer
}

fn ok(answer: &Value) -> Play {
    Play::Answer(json(answer.to_string()))
}

/// A JWT that nobody signed.
fn jwt(claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    format!("{}.{}.c2ln", encode(r#"{"alg":"ES256","typ":"at+jwt"}"#), encode(claims))
}

/// A server whose tokens are numbered, and name whose they are.
fn numbering() -> Scripted {
    let count = std::sync::atomic::AtomicUsize::new(1);
    Scripted::start(move |received| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        ok(&good(&format!("{}-{number}", form(received)["subject_token"])))
    })
}

fn form(received: &Received) -> BTreeMap<String, String> {
    let pairs: Vec<_> = form_urlencoded::parse(received.body.as_bytes()).into_owned().collect();
    let form: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(form.len(), pairs.len(), "no parameter twice");
    form
}

type Http = Client<HttpConnector, Full<Bytes>>;

fn inventory(exchange: &TokenExchange) -> DownscopeService<Http> {
    exchange.downscope(stock()).layer(Client::builder(TokioExecutor::new()).build_http())
}

fn callee() -> Scripted {
    Scripted::start(|_| Play::Answer(Response::new("stock".to_owned())))
}

fn call(callee: &Scripted) -> Request<Full<Bytes>> {
    Request::get(callee.url("/stock")).body(Full::default()).unwrap()
}

async fn kind_of(exchange: &TokenExchange) -> ExchangeErrorKind {
    exchange.token_for(&subject("caller"), &stock()).await.unwrap_err().kind()
}

const SHORT: Duration = Duration::from_millis(200);
