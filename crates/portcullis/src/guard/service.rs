//! The service.

use std::mem;
use std::task::{Context, Poll};

use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::request::Parts;
use http::{Method, Request, Response};
use tower_service::Service;

use super::check::{Check, Head, Verdict};
use super::future::ResponseFuture;
use crate::proofs::{Proof, Proofs};
use crate::refusal::{Protocol, Refusal, Responder};

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
        let verdict = if self.allow_preflight && is_preflight(&parts) {
            Proofs::keep(&mut parts.extensions, self.check.authority(), Proof::Anonymous, false);
            Verdict::Pass
        } else {
            self.check.check(&mut Head::of(&mut parts))
        };
        match verdict {
            Verdict::Pass => ResponseFuture::called(self.inner.call(Request::from_parts(parts, body))),
            Verdict::Refuse(denied) => {
                self.give_reservation_back();
                let protocol = Protocol::of(&parts.headers);
                let refusal = Refusal::new(denied, protocol).by(self.check.authority());
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

fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
