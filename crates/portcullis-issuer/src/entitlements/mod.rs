//! What a subject may do, asked for at every mint, refresh and exchange.

mod answer;
mod claims;
mod closure;
mod question;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
mod table;

use std::fmt;

use futures::future::BoxFuture;

pub use answer::{Entitled, Entitlement};
pub use claims::{CustomClaims, InvalidClaims};
pub use closure::EntitlementsFn;
pub use question::{Occasion, Question};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use sql::SqlEntitlements;
pub use table::{AssignError, RoleTable};

/// What a subject may do now, through a client, at a resource. It is asked before anything is minted, every time; an answer is
/// never kept.
///
/// Ready-made: [`RoleTable`], [`EntitlementsFn`] for a closure, and with the features `sqlite` and `postgres` `SqlEntitlements` for a
/// query of a database of yours.
///
/// ```
/// use futures::future::{BoxFuture, ready};
/// use futures::FutureExt;
/// use portcullis_core::ScopeSet;
/// use portcullis_issuer::{Entitled, Entitlement, Entitlements, EntitlementsUnavailable, Question};
///
/// /// Everybody reads; nobody is known to write.
/// #[derive(Debug)]
/// struct ReadersAll;
///
/// impl Entitlements for ReadersAll {
///     fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
///         let answer = match asked.subject.as_str() {
///             "mallory" => Ok(Entitlement::Disabled),
///             _ => ScopeSet::parse("orders:read")
///                 .map(|scopes| Entitled::to(scopes).into())
///                 .map_err(|_| EntitlementsUnavailable::new("a scope that is none")),
///         };
///         ready(answer).boxed()
///     }
/// }
/// ```
pub trait Entitlements: fmt::Debug + Send + Sync + 'static {
    /// What the subject may do now.
    ///
    /// # Errors
    /// When it cannot be told: nothing is minted then (503).
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>>;
}

impl<E: Entitlements + ?Sized> Entitlements for std::sync::Arc<E> {
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
        (**self).ask(asked)
    }
}

/// What a subject may do cannot be told now. The text is for the log of the issuer: keep secrets out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementsUnavailable {
    why: Box<str>,
}

impl EntitlementsUnavailable {
    /// With what went wrong.
    pub fn new(why: impl Into<Box<str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for EntitlementsUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what the subject may do cannot be told: {}", self.why)
    }
}

impl std::error::Error for EntitlementsUnavailable {}
