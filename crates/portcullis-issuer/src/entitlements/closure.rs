//! Entitlements by a closure.

use std::fmt;
use std::future::Future;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Entitlement, Entitlements, EntitlementsUnavailable, Question};

/// Entitlements by an async closure.
///
/// ```
/// use portcullis_core::ScopeSet;
/// use portcullis_issuer::{Entitled, EntitlementsFn, EntitlementsUnavailable, Question};
///
/// let by_directory = EntitlementsFn::new(|asked: Question| async move {
///     // Ask whoever knows: a directory, a database, another service.
///     let scopes = ScopeSet::parse(if asked.subject == "alice" { "orders:read" } else { "" });
///     scopes.map(|scopes| Entitled::to(scopes).into()).map_err(|_| EntitlementsUnavailable::new("a scope that is none"))
/// });
/// # let _ = by_directory;
/// ```
pub struct EntitlementsFn<F>(F);

impl<F, T> EntitlementsFn<F>
where
    F: Fn(Question) -> T + Send + Sync + 'static,
    T: Future<Output = Result<Entitlement, EntitlementsUnavailable>> + Send + 'static,
{
    /// Wraps it.
    pub const fn new(ask: F) -> Self {
        Self(ask)
    }
}

impl<F, T> Entitlements for EntitlementsFn<F>
where
    F: Fn(Question) -> T + Send + Sync + 'static,
    T: Future<Output = Result<Entitlement, EntitlementsUnavailable>> + Send + 'static,
{
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
        (self.0)(asked).boxed()
    }
}

impl<F> fmt::Debug for EntitlementsFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntitlementsFn")
    }
}
