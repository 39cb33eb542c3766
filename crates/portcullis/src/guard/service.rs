//! The service.

use std::mem;
use std::task::{Context, Poll};

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Method, Request, Response};
use tower_service::Service;

use super::check::{Check, Head, Verdict};
use super::future::ResponseFuture;
use crate::proofs::Proofs;
use crate::refusal::{Refusal, Responder};

/// A service behind a check; made by a [`GuardLayer`](super::GuardLayer).
#[derive(Clone, Debug)]
pub struct Guard<S, C, R> {
    inner: S,
    check: C,
    responder: R,
    allow_preflight: bool,
}

impl<S, C, R> Guard<S, C, R> {
    pub(super) const fn new(inner: S, check: C, responder: R, allow_preflight: bool) -> Self {
        Self { inner, check, responder, allow_preflight }
    }

    /// The service behind the check.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<S, C, R, ReqBody, ResBody> Service<Request<ReqBody>> for Guard<S, C, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    C: Check,
    R: Responder<ResBody> + Clone,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, C, R, ReqBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let preflight = self.allow_preflight && is_preflight(&parts);
        let verdict = if preflight && self.check.lets_preflight(&Head::of(&mut parts)) {
            Proofs::enter(&mut parts.extensions, self.check.authority());
            Verdict::Pass
        } else {
            self.check.check(&mut Head::of(&mut parts))
        };
        match verdict {
            Verdict::Pass => ResponseFuture::called(self.inner.call(Request::from_parts(parts, body))),
            Verdict::Refuse(denied) => {
                self.give_reservation_back();
                let authority = self.check.authority();
                let refusal = Refusal::new(denied, authority.protocol(&parts.headers)).by(authority);
                ResponseFuture::refused(refusal.into_response(&self.responder))
            }
            Verdict::Wait(pending) => {
                self.give_reservation_back();
                let request = Request::from_parts(parts, body);
                ResponseFuture::waiting(
                    pending,
                    request,
                    self.inner.clone(),
                    self.check.clone(),
                    self.responder.clone(),
                )
            }
        }
    }
}

impl<S: Clone, C, R> Guard<S, C, R> {
    /// What `poll_ready` reserved goes with the service that it was reserved in; a clone has none.
    fn give_reservation_back(&mut self) {
        let unreserved = self.inner.clone();
        drop(mem::replace(&mut self.inner, unreserved));
    }
}

/// The preflight request of the Fetch standard has no body: what has one is an operation in disguise.
fn is_preflight(parts: &Parts) -> bool {
    let has = |name| parts.headers.contains_key(name);
    parts.method == Method::OPTIONS
        && has(ACCESS_CONTROL_REQUEST_METHOD)
        && ![CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING].into_iter().any(has)
}
