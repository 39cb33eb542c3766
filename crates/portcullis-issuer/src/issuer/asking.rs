//! A request in the making.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::time::Duration;

use futures::future::BoxFuture;
use portcullis_core::ScopeSet;

use super::Issuer;
use crate::family::Authentication;
use crate::refused::Refused;

/// What is asked of an issuer: `.await` it for the answer.
#[must_use = "nothing is minted before it is awaited"]
pub struct Asking<'i, K> {
    pub(super) issuer: &'i Issuer,
    pub(super) kind: K,
    pub(super) asked: Asked,
}

/// How much is asked for, and for whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) scopes: Option<ScopeSet>,
    pub(super) resource: Option<String>,
    pub(super) lifetime: Option<Duration>,
    pub(super) authentication: Option<Authentication>,
}

/// A kind of request.
pub trait Ask: sealed::Sealed + Send {
    /// What is given.
    type Given: Send;

    #[doc(hidden)]
    fn answer(asking: Asking<'_, Self>) -> impl Future<Output = Result<Self::Given, Refused>> + Send
    where
        Self: Sized;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

impl<'i, K> Asking<'i, K> {
    pub(super) fn new(issuer: &'i Issuer, kind: K) -> Self {
        Self { issuer, kind, asked: Asked::default() }
    }

    /// These scopes and no others. What of them cannot be granted is left out; if nothing is left, it is refused. Without this, all that
    /// can be granted.
    pub fn scopes(mut self, scopes: ScopeSet) -> Self {
        self.asked.scopes = Some(scopes);
        self
    }

    /// For this resource server (RFC 8707). With one alone it need not be named.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.asked.resource = Some(resource.into());
        self
    }

    /// For less time than usual, or more, up to the cap of the issuer.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.asked.lifetime = Some(lifetime);
        self
    }
}

impl<'i, K: Ask + 'i> IntoFuture for Asking<'i, K> {
    type Output = Result<K::Given, Refused>;
    type IntoFuture = BoxFuture<'i, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(K::answer(self))
    }
}

impl<K> fmt::Debug for Asking<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("asked", &self.asked).finish_non_exhaustive()
    }
}
