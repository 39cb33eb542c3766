//! Where an extractor finds its authority.

use axum_core::extract::FromRef;
use http::request::Parts;
use portcullis::{Authority, DeniedKind, Head, Principal, Protocol, Refusal, Unverified};

use crate::Rejection;

/// Where an extractor finds its authority: [`FromLayer`] or [`FromState`].
pub trait Source: sealed::Sealed + Send + Sync + 'static {
    /// What an extractor holds: just `T`. It makes the source part of the extractor's type.
    type Found<T>;
}

/// From the innermost layer that the request went through: the default.
#[derive(Clone, Copy, Debug)]
pub enum FromLayer {}

/// From the state of the router, which has to have an [`Authority`]: without one it does not compile.
///
/// ```
/// use axum::{Router, extract::FromRef, routing::get};
/// use portcullis::Authority;
/// use portcullis_axum::{FromState, Require};
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     authority: Authority,
/// }
/// async fn list(_: Require<ReadOrders, FromState>) -> &'static str {
///     "orders"
/// }
/// let router: Router<App> = Router::new().route("/orders", get(list)); // no layer
/// ```
#[derive(Clone, Copy, Debug)]
pub enum FromState {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::FromLayer {}
    impl Sealed for super::FromState {}
}

impl Source for FromLayer {
    type Found<T> = T;
}

impl Source for FromState {
    type Found<T> = T;
}

/// A [`Source`] that can be asked under the state `S`.
pub trait FindAuthority<S>: Source {
    #[doc(hidden)]
    fn find(parts: &Parts, state: &S) -> Option<Authority>;

    /// Every extractor holds what it found; this says that it may.
    #[doc(hidden)]
    fn found<T>(value: T) -> Self::Found<T>;
}

impl<S> FindAuthority<S> for FromLayer {
    fn find(parts: &Parts, _: &S) -> Option<Authority> {
        Authority::innermost(&parts.extensions).cloned()
    }

    fn found<T>(value: T) -> T {
        value
    }
}

impl<S> FindAuthority<S> for FromState
where
    Authority: FromRef<S>,
{
    fn find(_: &Parts, state: &S) -> Option<Authority> {
        Some(Authority::from_ref(state))
    }

    fn found<T>(value: T) -> T {
        value
    }
}

/// Whom an extractor asks, and who calls.
pub(crate) struct Caller {
    pub(crate) authority: Authority,
    pub(crate) principal: Option<Principal>,
}

impl Caller {
    pub(crate) async fn find<S, A: FindAuthority<S>>(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Some(authority) = A::find(parts, state) else {
            return Err(Refusal::new(DeniedKind::NotGuarded.into(), Protocol::of(&parts.headers)).into());
        };
        let mut verdict = authority.principal(&mut Head::of(parts));
        if let Err(Unverified::Pending(keys)) = verdict {
            keys.await;
            verdict = authority.principal(&mut Head::of(parts));
        }
        match verdict {
            Ok(principal) => Ok(Self { authority, principal }),
            Err(unverified) => Err(Rejection::new(unverified.into_denied(), &authority, parts)),
        }
    }

    pub(crate) async fn principal<S, A: FindAuthority<S>>(
        parts: &mut Parts,
        state: &S,
    ) -> Result<(Authority, Principal), Rejection> {
        let Self { authority, principal } = Self::find::<S, A>(parts, state).await?;
        match principal {
            Some(principal) => Ok((authority, principal)),
            None => Err(Rejection::new(DeniedKind::MissingCredential.into(), &authority, parts)),
        }
    }
}
