//! What is told: `tracing` events, and `metrics` for whoever installed a recorder. Callees and scopes, never a token.

use metrics::counter;

use crate::callee::Downscope;
use crate::error::ExchangeError;
use crate::token::DownscopedToken;

/// One exchange has ended.
pub(crate) fn exchanged(asked: &Downscope, result: &Result<DownscopedToken, ExchangeError>) {
    let (callee, requested) = (asked.callee(), asked.scopes());
    let outcome = match result {
        Ok(token) => {
            tracing::debug!(callee, %requested, granted = %token.scopes(), "a token was exchanged");
            "granted"
        }
        Err(error) => {
            let kind = error.kind().as_str();
            tracing::warn!(callee, %requested, kind, "a token could not be exchanged: {error}");
            kind
        }
    };
    counter!("portcullis_exchange_requests_total", "callee" => callee.to_owned(), "outcome" => outcome).increment(1);
}

/// A token was looked up.
pub(crate) fn looked_up(asked: &Downscope, result: &'static str) {
    let callee = asked.callee().to_owned();
    counter!("portcullis_exchange_cache_total", "callee" => callee, "result" => result).increment(1);
}
