//! The layer.

use std::sync::Arc;

use tower_layer::Layer;

use super::service::DownscopeService;
use crate::callee::Downscope;
use crate::exchange::TokenExchange;

/// A layer for an HTTP client that calls one service; made by [`TokenExchange::downscope`].
#[derive(Clone, Debug)]
pub struct DownscopeLayer {
    exchange: TokenExchange,
    asked: Arc<Downscope>,
}

impl DownscopeLayer {
    pub(crate) const fn new(exchange: TokenExchange, asked: Arc<Downscope>) -> Self {
        Self { exchange, asked }
    }
}

impl<S> Layer<S> for DownscopeLayer {
    type Service = DownscopeService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DownscopeService::new(inner, self.exchange.clone(), Arc::clone(&self.asked))
    }
}
