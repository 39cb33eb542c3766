//! Why a store did not answer.

use std::fmt;

/// A store could not do what it was asked: nothing is minted then (503). The text is for the log of the issuer; it holds no address,
/// password or entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    why: Box<str>,
}

impl StoreError {
    /// With what went wrong, without secrets.
    pub fn new(why: impl Into<Box<str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store failed: {}", self.why)
    }
}

impl std::error::Error for StoreError {}
