//! The service.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use tower_service::Service;

use super::error::DownscopeError;
use super::future::{ResponseFuture, Sent};
use super::subject;
use crate::cache::Key;
use crate::callee::Downscope;
use crate::exchange::TokenExchange;
use crate::token::DownscopedToken;

/// An HTTP client that calls with a token that opens less than the caller's; made by a [`DownscopeLayer`](super::DownscopeLayer).
#[derive(Clone, Debug)]
pub struct DownscopeService<S> {
    inner: S,
    exchange: TokenExchange,
    asked: Arc<Downscope>,
}

impl<S> DownscopeService<S> {
    pub(super) const fn new(inner: S, exchange: TokenExchange, asked: Arc<Downscope>) -> Self {
        Self { inner, exchange, asked }
    }

    /// The client behind it.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<S, B, R> Service<Request<B>> for DownscopeService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
{
    type Response = Response<R>;
    type Error = DownscopeError<S::Error>;
    type Future = ResponseFuture<S, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(DownscopeError::Inner)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let subject = match subject::take(&mut request) {
            Ok(subject) => subject,
            Err(error) => return ResponseFuture::failed(error.to(self.asked.callee())),
        };
        let key = Key { subject, asked: Arc::clone(&self.asked) };
        if let Some(token) = self.exchange.at_hand(&key) {
            let future = self.inner.call(with_token(request, &token));
            return ResponseFuture::called(future, Sent { exchange: self.exchange.clone(), key, token });
        }
        // The one that was polled ready waits with the request; its clone has to be asked first.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        ResponseFuture::waiting(self.exchange.clone(), key, request, inner)
    }
}

pub(super) fn with_token<B>(mut request: Request<B>, token: &DownscopedToken) -> Request<B> {
    request.headers_mut().insert(AUTHORIZATION, token.header_value());
    request
}
