//! The response future: called, refused, or waiting for keys.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Request, Response};
use pin_project_lite::pin_project;
use portcullis_core::{Denied, KeysPending};
use tower_service::Service;

use super::check::{Check, Head, Verdict};
use crate::refusal::{Refusal, Responder};

pin_project! {
    /// The response of a [`Guard`](super::Guard). With the keys at hand nothing is boxed and nothing spawned.
    pub struct ResponseFuture<S, C, R, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        state: State<S, C, R, ReqBody, S::Future, S::Response>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, C, R, ReqBody, F, Res> {
        Called { #[pin] future: F },
        Refused { response: Option<Res> },
        // Boxed, so that the rare case does not make the common one larger.
        Waiting { held: Option<Box<Waiting<S, C, R, ReqBody>>> },
    }
}

struct Waiting<S, C, R, ReqBody> {
    /// `None` once the keys are there and the request has passed: it waits for the service then.
    pending: Option<KeysPending>,
    request: Request<ReqBody>,
    inner: S,
    check: C,
    responder: R,
}

impl<S, C, R, ReqBody> ResponseFuture<S, C, R, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    pub(super) const fn called(future: S::Future) -> Self {
        Self { state: State::Called { future } }
    }

    pub(super) const fn refused(response: S::Response) -> Self {
        Self { state: State::Refused { response: Some(response) } }
    }

    pub(super) fn waiting(pending: KeysPending, request: Request<ReqBody>, inner: S, check: C, responder: R) -> Self {
        let held = Waiting { pending: Some(pending), request, inner, check, responder };
        Self { state: State::Waiting { held: Some(Box::new(held)) } }
    }
}

impl<S, C, R, ReqBody, ResBody> Future for ResponseFuture<S, C, R, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    C: Check,
    R: Responder<ResBody>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Called { future } => return future.poll(cx),
                // Polled again after completion, against the contract of `Future`: there is nothing left to say.
                StateProjection::Refused { response } => {
                    return response.take().map_or(Poll::Pending, |done| Poll::Ready(Ok(done)));
                }
                StateProjection::Waiting { held } => {
                    let Some(waiting) = held.as_deref_mut() else { return Poll::Pending };
                    match ready!(waiting.poll_passed(cx)) {
                        Err(response) => State::Refused { response: Some(response) },
                        Ok(()) => {
                            if let Err(error) = ready!(waiting.inner.poll_ready(cx)) {
                                // Done: a poll too many must not bring the request to life again.
                                *held = None;
                                return Poll::Ready(Err(error));
                            }
                            let Some(mut waiting) = held.take() else { return Poll::Pending };
                            State::Called { future: waiting.inner.call(waiting.request) }
                        }
                    }
                }
            };
            this.state.set(next);
        }
    }
}

impl<S, C: Check, R, ReqBody> Waiting<S, C, R, ReqBody> {
    /// Waits for the keys and asks again, once: whatever is undecided then cannot be told now.
    fn poll_passed<ResBody>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Response<ResBody>>>
    where
        R: Responder<ResBody>,
    {
        let Some(pending) = &mut self.pending else { return Poll::Ready(Ok(())) };
        ready!(Pin::new(pending).poll(cx));
        self.pending = None;
        let denied = match self.check_again() {
            Verdict::Pass => return Poll::Ready(Ok(())),
            Verdict::Refuse(denied) => denied,
            Verdict::Wait(_) => Denied::keys_unavailable(Duration::from_secs(1)),
        };
        let authority = self.check.authority();
        let refusal = Refusal::new(denied, authority.protocol(self.request.headers())).by(authority);
        Poll::Ready(Err(refusal.into_response(&self.responder)))
    }
}

impl<S, C: Check, R, ReqBody> Waiting<S, C, R, ReqBody> {
    fn check_again(&mut self) -> Verdict {
        // The parts cannot be borrowed apart, and the body has no value to leave in its place: copy what is asked about.
        let (method, uri) = (self.request.method().clone(), self.request.uri().clone());
        let mut headers = std::mem::take(self.request.headers_mut());
        let extensions = self.request.extensions_mut();
        let mut head = Head { method: Some(&method), uri: Some(&uri), headers: &mut headers, extensions };
        let verdict = self.check.check(&mut head);
        *self.request.headers_mut() = headers;
        verdict
    }
}

impl<S, C, R, ReqBody> fmt::Debug for ResponseFuture<S, C, R, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
