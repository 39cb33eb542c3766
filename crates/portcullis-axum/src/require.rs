//! The permission extractor.

use std::fmt;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use portcullis::{Granted, Permission};

use crate::Rejection;
use crate::source::{Caller, FindAuthority, FromLayer, Source};

/// The proof that this request may do `P`, for the privileged code behind the handler.
///
/// Put it first, so that nothing is read of a request that is going to be refused. `Option<Require<P>>` does not compile:
/// a permission is not optional.
///
/// ```
/// use portcullis_axum::Require;
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// async fn list(Require(by): Require<ReadOrders>) -> String {
///     by.principal().subject().unwrap_or_default().to_owned()
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::get(list);
/// ```
#[must_use = "the proof is for the code that does the privileged work"]
pub struct Require<P: Permission, A: Source = FromLayer>(pub A::Found<Granted<P>>);

impl<S, P, A> FromRequestParts<S> for Require<P, A>
where
    S: Send + Sync,
    P: Permission,
    A: FindAuthority<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let (authority, principal) = Caller::principal::<S, A>(parts, state).await?;
        match principal.require::<P>() {
            Ok(granted) => Ok(Self(A::found(granted))),
            Err(denied) => Err(Rejection::new(denied, &authority, parts)),
        }
    }
}

impl<P: Permission, A: Source> fmt::Debug for Require<P, A>
where
    A::Found<Granted<P>>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Require").field(&self.0).finish()
    }
}
