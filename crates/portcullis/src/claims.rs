//! Typed claims.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::Extensions;
use portcullis_core::{Denied, Principal};
use serde::de::DeserializeOwned;

use crate::proofs::Proofs;

/// The claims of a verified token in a type of yours, decoded once and shared. Only verification makes one.
///
/// [`Authority::extract_claims`](crate::Authority::extract_claims) leaves it in the request extensions.
///
/// ```
/// use portcullis::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
/// }
///
/// fn handler(request: &http::Request<()>) -> Option<&str> {
///     let claims = request.extensions().get::<Claims<Tenant>>()?;
///     Some(&claims.tenant)
/// }
/// assert_eq!(handler(&http::Request::new(())), None); // no layer, no claims
/// ```
pub struct Claims<C> {
    principal: Principal,
    value: Arc<C>,
}

impl<C: DeserializeOwned + Send + Sync + 'static> Claims<C> {
    /// The claims of this principal: those that are in the extensions already, or decoded now and left there.
    ///
    /// # Errors
    /// When the claims do not fit the type.
    pub fn of(principal: &Principal, extensions: &mut Extensions) -> Result<Self, Denied> {
        if let Some(claims) = extensions.get::<Self>().filter(|claims| claims.principal.is(principal)) {
            return Ok(claims.clone());
        }
        let claims = Self { principal: principal.clone(), value: Arc::new(principal.claims()?) };
        extensions.insert(claims.clone());
        Proofs::note_claims(extensions, |extensions, gone| {
            if extensions.get::<Self>().is_some_and(|claims| claims.principal.is(gone)) {
                extensions.remove::<Self>();
            }
        });
        Ok(claims)
    }
}

impl<C> Claims<C> {
    /// Whose claims they are. Not a method, so that it hides none of yours.
    pub fn principal(this: &Self) -> &Principal {
        &this.principal
    }
}

impl<C> Deref for Claims<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.value
    }
}

impl<C> Clone for Claims<C> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), value: Arc::clone(&self.value) }
    }
}

impl<C> fmt::Debug for Claims<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("principal", &self.principal).finish_non_exhaustive()
    }
}
