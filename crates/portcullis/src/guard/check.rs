//! What a guard asks.

use std::fmt;

use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};
use portcullis_core::{Denied, DeniedKind, KeysPending, Unverified};

use crate::Authority;

/// The head of a request, borrowed part by part: some hosts show neither method nor URI.
pub struct Head<'a> {
    pub(crate) method: Option<&'a Method>,
    pub(crate) uri: Option<&'a Uri>,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) extensions: &'a mut Extensions,
}

impl<'a> Head<'a> {
    /// Of a whole request.
    pub fn of(parts: &'a mut Parts) -> Self {
        Self {
            method: Some(&parts.method),
            uri: Some(&parts.uri),
            headers: &mut parts.headers,
            extensions: &mut parts.extensions,
        }
    }

    /// Of a request whose method and URI cannot be seen.
    pub fn of_metadata(headers: &'a mut HeaderMap, extensions: &'a mut Extensions) -> Self {
        Self { method: None, uri: None, headers, extensions }
    }
}

impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head").field("method", &self.method).finish_non_exhaustive()
    }
}

/// What a check comes to.
#[derive(Debug)]
pub enum Verdict {
    /// Let the request through.
    Pass,
    /// Refuse it.
    Refuse(Denied),
    /// Ask again when new keys are there.
    Wait(KeysPending),
}

impl From<Denied> for Verdict {
    fn from(denied: Denied) -> Self {
        Self::Refuse(denied)
    }
}

impl From<DeniedKind> for Verdict {
    fn from(kind: DeniedKind) -> Self {
        Self::Refuse(kind.into())
    }
}

impl From<Unverified> for Verdict {
    fn from(unverified: Unverified) -> Self {
        match unverified {
            Unverified::Denied(denied) => Self::Refuse(denied),
            Unverified::Pending(pending) => Self::Wait(pending),
        }
    }
}

pub(crate) mod sealed {
    /// Checks leave proofs, so only this crate writes them.
    pub trait Sealed {}
}

/// A question about the head of a request. The checks of this crate are all there are.
pub trait Check: Clone + sealed::Sealed {
    /// Whether it judges the method and the path, which some hosts do not show.
    #[doc(hidden)]
    const NEEDS_THE_PATH: bool = false;

    #[doc(hidden)]
    fn check(&self, head: &mut Head<'_>) -> Verdict;

    /// Whether a CORS preflight may pass unjudged, where that is allowed.
    #[doc(hidden)]
    fn lets_preflight(&self, _: &Head<'_>) -> bool {
        true
    }

    /// Whose check it is; it words the refusal.
    fn authority(&self) -> &Authority;
}
