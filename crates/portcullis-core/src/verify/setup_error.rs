//! Why an authority cannot be built.

use std::fmt;

/// Parts that make no sense together. The text says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupError(&'static str);

impl SetupError {
    #[doc(hidden)]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for SetupError {}
