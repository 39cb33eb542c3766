//! Why a call failed.

use std::fmt;

use tower::BoxError;

use crate::error::{ExchangeError, ExchangeErrorKind};

/// Why a call failed: before it was sent, or by the client behind the layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownscopeError<E> {
    /// There is no token for it: nothing was sent.
    Exchange(ExchangeError),
    /// The client behind the layer failed.
    Inner(E),
}

impl<E> DownscopeError<E> {
    /// Why there is no token, if that is it.
    pub const fn kind(&self) -> Option<ExchangeErrorKind> {
        match self {
            Self::Exchange(error) => Some(error.kind()),
            Self::Inner(_) => None,
        }
    }
}

impl<E: Into<BoxError>> DownscopeError<E> {
    /// The error, boxed: also where that of the client is boxed already, and so no `Error` itself.
    pub fn into_box(self) -> BoxError {
        match self {
            Self::Exchange(error) => error.into(),
            Self::Inner(error) => error.into(),
        }
    }
}

impl<E> From<ExchangeError> for DownscopeError<E> {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

impl<E: fmt::Display> fmt::Display for DownscopeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(error) => error.fmt(f),
            Self::Inner(error) => error.fmt(f),
        }
    }
}

/// As transparent as its text: the source is that of what it holds.
impl<E: std::error::Error> std::error::Error for DownscopeError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Exchange(error) => error.source(),
            Self::Inner(error) => error.source(),
        }
    }
}
