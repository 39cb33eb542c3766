//! Revocation without introspection: lists of what is revoked, consulted after everything else about a token stands.

mod entry;
mod memory;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use crate::time::Timestamp;

pub use entry::Revocation;
pub use memory::MemoryRevocations;

/// What is revoked before its time. [`Rules::revocations`](crate::Rules::revocations) has it consulted for every token that
/// stands otherwise.
///
/// It is called on the request path and never waits: a list that several instances share is kept at hand. Lists stay short,
/// because tokens do: an entry ends with the last token that it could mean.
pub trait Revocations: Debug + Send + Sync + 'static {
    /// How this token stands.
    fn standing(&self, token: &Revocable<'_>) -> Standing;

    /// Whether it can tell now, for a readiness endpoint.
    fn can_tell(&self) -> bool {
        true
    }
}

macro_rules! forward {
    ($pointer:ident) => {
        impl<R: Revocations + ?Sized> Revocations for $pointer<R> {
            fn standing(&self, token: &Revocable<'_>) -> Standing {
                (**self).standing(token)
            }

            fn can_tell(&self) -> bool {
                (**self).can_tell()
            }
        }
    };
}

forward!(Arc);
forward!(Box);

/// What of a verified token a revocation can go by.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Revocable<'a> {
    /// `iss`: names below are those of this issuer.
    pub issuer: &'a str,
    /// `jti`.
    pub token_id: Option<&'a str>,
    /// `sid`, the session of the login (OpenID Connect Front-Channel Logout §3).
    pub session_id: Option<&'a str>,
    /// `sub`.
    pub subject: Option<&'a str>,
    /// `iat`.
    pub issued_at: Timestamp,
}

impl<'a> Revocable<'a> {
    /// Of an issuer's token that names nothing yet, for tests of a list of yours; fill in the fields.
    pub const fn new(issuer: &'a str, issued_at: Timestamp) -> Self {
        Self { issuer, token_id: None, session_id: None, subject: None, issued_at }
    }
}

impl Debug for Revocable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Revocable").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// How a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is known against it.
    Good,
    /// It is revoked (401).
    Revoked,
    /// It cannot be told now (503).
    Unknown {
        /// How long the caller should wait.
        retry_after: Duration,
    },
}
