//! Why something could not be fetched.

use std::fmt;

/// Why something could not be fetched. The texts are those of the client, for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No connection, or none that is trusted.
    Unreachable(String),
    /// The connection broke off.
    Interrupted(String),
    /// Longer than it may be.
    TooLarge,
    /// Not UTF-8.
    NotText,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => write!(f, "no connection ({cause})"),
            Self::Interrupted(cause) => write!(f, "the connection broke off ({cause})"),
            Self::TooLarge => f.write_str("the answer is too long"),
            Self::NotText => f.write_str("the answer is no text"),
        }
    }
}

impl std::error::Error for FetchError {}

/// An error and what it is due to: the outermost one often says no more than that something failed.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
