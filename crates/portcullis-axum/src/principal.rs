//! Who calls.

use std::fmt;

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::Rejection;
use crate::source::{Caller, FindAuthority, FromLayer, Source};

/// Who calls.
///
/// ```
/// use portcullis_axum::Principal;
///
/// async fn me(Principal(caller): Principal) -> String {
///     caller.subject().unwrap_or("nobody").to_owned()
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::get(me);
/// ```
pub struct Principal<A: Source = FromLayer>(pub A::Found<portcullis::Principal>);

/// Who calls, or nobody: behind an optional layer a request without a credential passes as `None`. A bad credential is
/// refused all the same.
///
/// ```
/// use portcullis_axum::MaybePrincipal;
///
/// async fn greet(MaybePrincipal(caller): MaybePrincipal) -> String {
///     match caller {
///         Some(caller) => format!("hello {}", caller.subject().unwrap_or("you")),
///         None => "hello stranger".to_owned(),
///     }
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::get(greet);
/// ```
pub struct MaybePrincipal<A: Source = FromLayer>(pub A::Found<Option<portcullis::Principal>>);

impl<S: Send + Sync, A: FindAuthority<S>> FromRequestParts<S> for Principal<A> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let (_, principal) = Caller::principal::<S, A>(parts, state).await?;
        Ok(Self(A::found(principal)))
    }
}

impl<S: Send + Sync, A: FindAuthority<S>> FromRequestParts<S> for MaybePrincipal<A> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let caller = Caller::find::<S, A>(parts, state).await?;
        Ok(Self(A::found(caller.principal)))
    }
}

impl<A: Source> fmt::Debug for Principal<A>
where
    A::Found<portcullis::Principal>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<A: Source> fmt::Debug for MaybePrincipal<A>
where
    A::Found<Option<portcullis::Principal>>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
