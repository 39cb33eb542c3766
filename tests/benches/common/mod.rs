//! What both benchmarks put to the test.

pub mod sources;
pub mod tables;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderValue, Method, Request, Response, Uri};
use portcullis::{Algorithm, Authority, Requirement};
use portcullis_testing::TestIssuer;
use serde::Deserialize;
use tower::{Layer, Service};

/// The service behind the guard: it does nothing.
#[derive(Clone)]
pub struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        black_box(&request);
        ready(Ok(Response::new(())))
    }
}

/// Claims of a service.
#[derive(Deserialize)]
pub struct OrderClaims {
    /// Who.
    pub sub: String,
    /// Whose orders.
    pub tenant: String,
}

/// One request from beginning to end.
pub fn call<S>(service: &mut S, credential: Option<&HeaderValue>) -> u16
where
    S: Service<Request<()>, Response = Response<()>>,
{
    send(service, Request::new(()), credential)
}

/// One request for this from beginning to end.
pub fn call_at<S>(service: &mut S, method: &Method, uri: &Uri, credential: Option<&HeaderValue>) -> u16
where
    S: Service<Request<()>, Response = Response<()>>,
{
    let mut request = Request::new(());
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri.clone();
    send(service, request, credential)
}

fn send<S>(service: &mut S, mut request: Request<()>, credential: Option<&HeaderValue>) -> u16
where
    S: Service<Request<()>, Response = Response<()>>,
{
    if let Some(credential) = credential {
        request.headers_mut().insert(http::header::AUTHORIZATION, credential.clone());
    }
    let mut cx = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut cx).is_ready());
    match pin!(service.call(request)).poll(&mut cx) {
        Poll::Ready(Ok(response)) => response.status().as_u16(),
        _ => 0,
    }
}

/// Keeps a result from being optimised away.
pub fn sink<T>(value: T) {
    black_box(&value);
}

/// A trusted issuer, a token of 9 claims and 4 scopes, and the authority that judges it.
pub struct Subject {
    pub authority: Authority,
    pub credential: HeaderValue,
    pub token: String,
    pub issuer: TestIssuer,
    pub algorithm: Algorithm,
}

impl Subject {
    pub fn new(algorithm: Algorithm) -> Self {
        let issuer = TestIssuer::signing_with(algorithm);
        // 9 claims and 4 scopes.
        let token = issuer
            .mint()
            .scope("orders:read orders:write reports:read profile")
            .claim("tenant", "acme")
            .claim("nbf", 1_700_000_000)
            .sign();
        let authority = Authority::builder()
            .issuer(issuer.issuer())
            .audience(issuer.audience())
            .keys(issuer.keys())
            .rules(|rules| rules.algorithms([algorithm]))
            .build()
            .expect("an authority");
        // As a server has it: a slice of a shared buffer.
        let credential =
            HeaderValue::from_maybe_shared(bytes::Bytes::from(format!("Bearer {token}"))).expect("a header");
        black_box(credential.clone());
        Self { authority, credential, token, issuer, algorithm }
    }

    pub fn requirement() -> Requirement {
        Requirement::scope("orders:write").expect("a scope")
    }

    /// `authenticate()` and `require()`.
    pub fn two_layers(&self) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible> + use<> {
        two_layers(&self.authority)
    }

    /// Four layers. The last one is no claim extraction: that decodes claims, which the two layers do not.
    pub fn four_layers(&self) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible> + use<> {
        let Self { authority, .. } = self;
        let inner = authority.require(Self::requirement()).layer(authority.authenticate().layer(Bare));
        authority.verify_signature().layer(authority.enforce_expiry().layer(inner))
    }
}

/// `authenticate()` and `require()` of an authority.
pub fn two_layers(
    authority: &Authority,
) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible> + use<> {
    authority.authenticate().layer(authority.require(Subject::requirement()).layer(Bare))
}
