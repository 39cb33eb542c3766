//! No layer trusts that another ran: any order, any nesting, any host, one verdict, and one verification.

mod credentials;
mod hosts;
mod limits;
mod nesting;
mod open;
mod swaps;

use std::convert::Infallible;

use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response};
use portcullis::{Check, Denied, DeniedKind, GuardLayer};
use portcullis_tests::wire::parse_challenge;
use tower::util::BoxCloneService;
use tower::{Layer, Service, ServiceExt, service_fn};

/// A service under construction, from the inside out.
type Stack = BoxCloneService<Request<String>, Response<String>, Infallible>;

/// The innermost service; it answers with what it makes of the request.
fn handler(answer: impl Fn(&mut Request<String>) -> String + Clone + Send + 'static) -> Stack {
    BoxCloneService::new(service_fn(move |mut request| {
        let answered = answer(&mut request);
        async { Ok(Response::new(answered)) }
    }))
}

/// A layer around a service.
fn guard<C: Check + Send + 'static>(layer: GuardLayer<C>, inner: Stack) -> Stack {
    BoxCloneService::new(layer.layer(inner))
}

/// A middleware around a service.
fn middleware(change: impl Fn(&mut Request<String>) + Clone + Send + 'static, inner: Stack) -> Stack {
    BoxCloneService::new(inner.map_request(move |mut request| {
        change(&mut request);
        request
    }))
}

async fn send(stack: &Stack, request: Request<String>) -> Response<String> {
    let mut stack = stack.clone();
    stack.ready().await.unwrap().call(request).await.unwrap()
}

/// Status, and the kind of a refusal.
fn outcome(response: &Response<String>) -> (u16, Option<DeniedKind>) {
    (response.status().as_u16(), response.extensions().get::<Denied>().map(Denied::kind))
}

/// A parameter of the challenge.
fn parameter<B>(response: &Response<B>, name: &str) -> Option<String> {
    let challenge = response.headers().get(WWW_AUTHENTICATE)?.to_str().unwrap();
    let parameters = parse_challenge(challenge).unwrap();
    parameters.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

fn bearer(token: &str) -> HeaderValue {
    format!("Bearer {token}").parse().unwrap()
}

fn anonymous() -> Request<String> {
    Request::get("/orders").body(String::new()).unwrap()
}

fn with_token(token: &str) -> Request<String> {
    let mut request = anonymous();
    request.headers_mut().insert(AUTHORIZATION, bearer(token));
    request
}

const OK: (u16, Option<DeniedKind>) = (200, None);
