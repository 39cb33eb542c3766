//! An issuer that can't be built.

use std::fmt;

/// Why an issuer cannot be built, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError {
    why: Box<str>,
}

impl SetupError {
    pub(crate) fn new(why: impl Into<Box<str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for SetupError {}
