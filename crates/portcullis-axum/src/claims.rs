//! Typed claims.

use std::fmt;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Rejection;
use crate::source::{Caller, FindAuthority, FromLayer, Source};

/// The claims of the caller in a type of yours: those that a layer extracted, or decoded now. Decoded once per request and
/// type.
///
/// ```
/// use portcullis_axum::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
/// }
/// async fn tenant(Claims(claims): Claims<Tenant>) -> String {
///     claims.tenant.clone()
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::get(tenant);
/// ```
pub struct Claims<C, A: Source = FromLayer>(pub A::Found<portcullis::Claims<C>>);

impl<S, C, A> FromRequestParts<S> for Claims<C, A>
where
    S: Send + Sync,
    C: DeserializeOwned + Send + Sync + 'static,
    A: FindAuthority<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let (authority, principal) = Caller::principal::<S, A>(parts, state).await?;
        match portcullis::Claims::of(&principal, &mut parts.extensions) {
            Ok(claims) => Ok(Self(A::found(claims))),
            Err(denied) => Err(Rejection::new(denied, &authority, parts)),
        }
    }
}

impl<C, A: Source> fmt::Debug for Claims<C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}
