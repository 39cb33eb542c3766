//! The response future: called, failed, or waiting for a token.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::{BoxFuture, FutureExt};
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::error::DownscopeError;
use super::service::with_token;
use crate::cache::{Key, Outcome};
use crate::error::ExchangeError;
use crate::exchange::TokenExchange;
use crate::token::DownscopedToken;

pin_project! {
    /// The response of a [`DownscopeService`](super::DownscopeService). With the token at hand nothing is boxed and nothing spawned.
    pub struct ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S, B, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, B, F> {
        Called { #[pin] future: F, sent: Sent },
        Failed { error: Option<ExchangeError> },
        // Boxed, so that the rare case does not make the common one larger.
        Waiting { held: Option<Box<Waiting<S, B>>> },
    }
}

/// The token that a request went out with.
pub(super) struct Sent {
    pub(super) exchange: TokenExchange,
    pub(super) key: Key,
    pub(super) token: DownscopedToken,
}

struct Waiting<S, B> {
    outcome: BoxFuture<'static, Outcome>,
    /// Once it is there: it waits for the service then.
    token: Option<DownscopedToken>,
    exchange: TokenExchange,
    key: Key,
    request: Request<B>,
    inner: S,
}

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(super) const fn called(future: S::Future, sent: Sent) -> Self {
        Self { state: State::Called { future, sent } }
    }

    pub(super) const fn failed(error: ExchangeError) -> Self {
        Self { state: State::Failed { error: Some(error) } }
    }

    pub(super) fn waiting(exchange: TokenExchange, key: Key, request: Request<B>, inner: S) -> Self {
        let (asking, asked) = (exchange.clone(), key.clone());
        let outcome = async move { asking.get(asked).await }.boxed();
        let held = Waiting { outcome, token: None, exchange, key, request, inner };
        Self { state: State::Waiting { held: Some(Box::new(held)) } }
    }
}

impl<S, B, R> Future for ResponseFuture<S, B>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Output = Result<Response<R>, DownscopeError<S::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Called { future, sent } => {
                    let result = ready!(future.poll(cx));
                    if result.as_ref().is_ok_and(|response| response.status() == StatusCode::UNAUTHORIZED) {
                        sent.exchange.refused(&sent.key, &sent.token);
                    }
                    return Poll::Ready(result.map_err(DownscopeError::Inner));
                }
                // Polled again after completion, against the contract of `Future`: there is nothing left to say.
                StateProjection::Failed { error } => {
                    return error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error.into())));
                }
                StateProjection::Waiting { held } => {
                    let Some(waiting) = held.as_deref_mut() else { return Poll::Pending };
                    if waiting.token.is_none() {
                        match ready!(waiting.outcome.poll_unpin(cx)) {
                            Ok(token) => waiting.token = Some(token),
                            Err(error) => {
                                *held = None;
                                return Poll::Ready(Err(error.into()));
                            }
                        }
                    }
                    // It was ready before the wait, and may no longer be.
                    if let Err(error) = ready!(waiting.inner.poll_ready(cx)) {
                        *held = None;
                        return Poll::Ready(Err(DownscopeError::Inner(error)));
                    }
                    let Some(waiting) = held.take() else { return Poll::Pending };
                    let Waiting { token: Some(token), exchange, key, request, mut inner, .. } = *waiting else {
                        return Poll::Pending;
                    };
                    let future = inner.call(with_token(request, &token));
                    State::Called { future, sent: Sent { exchange, key, token } }
                }
            };
            this.state.set(next);
        }
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
