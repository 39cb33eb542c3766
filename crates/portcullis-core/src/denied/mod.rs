//! Refusals: why not, with a stable machine name.

mod kind;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use kind::{DeniedClass, DeniedKind};

use crate::permission::{Parameters, Requirement};

/// Why a request was refused. [`kind`](Self::kind) is the stable machine name, [`class`](Self::class) the row of the
/// refusal table; the text is fixed and holds nothing that the caller sent.
///
/// ```
/// use portcullis_core::{Denied, DeniedClass, DeniedKind};
///
/// let denied = Denied::from(DeniedKind::Expired);
/// assert_eq!(denied.kind().as_str(), "expired");
/// assert_eq!(denied.class(), DeniedClass::InvalidToken);
/// assert_eq!(denied.to_string(), "the token has expired");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Denied {
    kind: DeniedKind,
    detail: Option<Detail>,
}

#[derive(Clone, PartialEq, Eq)]
enum Detail {
    Scopes(Arc<str>),
    MaxAge(Duration),
    RetryAfter(Duration),
}

impl Denied {
    /// The permission is missing; the challenge names the scopes to ask for.
    pub fn insufficient_scope(requirement: &Requirement) -> Self {
        Self::scopes_missing(requirement.scopes_to_ask().join(" ").into())
    }

    /// What a caller is told who lacks this of a requirement.
    pub(crate) fn lacking(lack: DeniedKind, requirement: &Requirement, parameters: &dyn Parameters) -> Self {
        if lack != DeniedKind::InsufficientScope {
            return lack.into();
        }
        let scopes = requirement.scopes_to_ask_at(|template| template.fill(parameters));
        Self::scopes_missing(scopes.join(" ").into())
    }

    /// As [`insufficient_scope`](Self::insufficient_scope), with the list made beforehand.
    #[doc(hidden)]
    pub fn scopes_missing(scopes_to_ask: Arc<str>) -> Self {
        Self { kind: DeniedKind::InsufficientScope, detail: Some(Detail::Scopes(scopes_to_ask)) }
    }

    /// The token is older than the operation allows (RFC 9470).
    pub fn too_old(max_age: Duration) -> Self {
        Self { kind: DeniedKind::TooOld, detail: Some(Detail::MaxAge(max_age)) }
    }

    /// The keys cannot be had now; the caller may try again after a while.
    pub fn keys_unavailable(retry_after: Duration) -> Self {
        Self { kind: DeniedKind::KeysUnavailable, detail: Some(Detail::RetryAfter(retry_after)) }
    }

    /// Whether the token is revoked cannot be told now; the caller may try again after a while.
    pub fn revocations_unavailable(retry_after: Duration) -> Self {
        Self { kind: DeniedKind::RevocationsUnavailable, detail: Some(Detail::RetryAfter(retry_after)) }
    }

    /// The stable machine name.
    pub const fn kind(&self) -> DeniedKind {
        self.kind
    }

    /// The row of the refusal table.
    pub const fn class(&self) -> DeniedClass {
        self.kind.class()
    }

    /// The scopes to ask for, separated by spaces, when the permission is missing.
    pub fn scopes(&self) -> Option<&str> {
        match &self.detail {
            Some(Detail::Scopes(scopes)) => Some(scopes),
            _ => None,
        }
    }

    /// The age that the operation allows, when the token is too old.
    pub const fn max_age(&self) -> Option<Duration> {
        match self.detail {
            Some(Detail::MaxAge(age)) => Some(age),
            _ => None,
        }
    }

    /// How long to wait before trying again, when the verdict could not be told.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.detail {
            Some(Detail::RetryAfter(wait)) => Some(wait),
            _ => None,
        }
    }
}

impl From<DeniedKind> for Denied {
    fn from(kind: DeniedKind) -> Self {
        Self { kind, detail: None }
    }
}

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Denied");
        debug.field("kind", &self.kind);
        match &self.detail {
            Some(Detail::Scopes(scopes)) => debug.field("scopes", scopes),
            Some(Detail::MaxAge(age)) => debug.field("max_age", age),
            Some(Detail::RetryAfter(wait)) => debug.field("retry_after", wait),
            None => &mut debug,
        };
        debug.finish()
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.description())
    }
}

impl std::error::Error for Denied {}
