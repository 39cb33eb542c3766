//! Asking a request for its proofs, on any host.

use http::request::Parts;
use http::{Extensions, HeaderMap, Request, Uri};
use portcullis_core::{Denied, DeniedKind, Granted, Permission, Principal};

use crate::Authority;
use crate::authority::Goal;
use crate::policy::Allowed;
use crate::proofs::{Proof, Proofs};

/// Asks a request that went through a layer for its principal or a permission: for plain hyper services and middlewares.
/// axum has extractors, tonic a trait of its own.
///
/// It answers by the authority of the innermost layer, and does what that layer left undone.
///
/// ```
/// use http::Request;
/// use portcullis::{DeniedKind, GuardedRequest};
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// let unguarded = Request::new(()); // no layer ran: an error of the service, not of the caller
/// let denied = unguarded.require::<ReadOrders>().unwrap_err();
/// assert_eq!(denied.kind(), DeniedKind::NotGuarded);
/// ```
pub trait GuardedRequest: sealed::Sealed {
    /// The principal; `None` when an optional layer let the request through without a credential.
    ///
    /// # Errors
    /// When no layer ran, or the credential does not stand.
    fn maybe_principal(&self) -> Result<Option<Principal>, Denied>;

    /// The principal.
    ///
    /// # Errors
    /// When no layer ran, or there is no credential that stands.
    fn principal(&self) -> Result<Principal, Denied> {
        self.maybe_principal()?.ok_or_else(|| DeniedKind::MissingCredential.into())
    }

    /// A permission.
    ///
    /// # Errors
    /// When no layer ran, there is no credential that stands, or its scopes are not enough.
    fn require<P: Permission>(&self) -> Result<Granted<P>, Denied> {
        self.principal()?.require()
    }

    /// The proof that a policy let this request through, for code that goes by the table. It speaks of the method and the path that
    /// the innermost [`PolicyLayer`](crate::policy::PolicyLayer) found: whatever rewrites them stands outside of it.
    ///
    /// # Errors
    /// When no such layer judged it, or the credential is not the one that it judged.
    fn allowed(&self) -> Result<Allowed, Denied> {
        let principal = self.maybe_principal()?;
        let entry = Proofs::front(self.request_extensions()).ok_or(DeniedKind::NotGuarded)?;
        let same = match (&entry.proof, &principal) {
            // A public operation: whoever it is was not asked.
            (Proof::Anonymous, _) => true,
            (Proof::Principal(judged), Some(principal)) => judged.is(principal),
            _ => false,
        };
        match &entry.mark {
            Some(mark) if same => Ok(Allowed { principal, mark: mark.clone() }),
            _ => Err(DeniedKind::NotGuarded.into()),
        }
    }

    #[doc(hidden)]
    fn request_extensions(&self) -> &Extensions;
}

mod sealed {
    pub trait Sealed {}
    impl<B> Sealed for http::Request<B> {}
    impl Sealed for http::request::Parts {}
    impl Sealed for (&http::HeaderMap, &http::Extensions) {}
}

impl<B> GuardedRequest for Request<B> {
    fn maybe_principal(&self) -> Result<Option<Principal>, Denied> {
        maybe_principal(self.headers(), Some(self.uri()), self.extensions())
    }

    fn request_extensions(&self) -> &Extensions {
        self.extensions()
    }
}

impl GuardedRequest for Parts {
    fn maybe_principal(&self) -> Result<Option<Principal>, Denied> {
        maybe_principal(&self.headers, Some(&self.uri), &self.extensions)
    }

    fn request_extensions(&self) -> &Extensions {
        &self.extensions
    }
}

/// For hosts whose requests are not those of `http`: metadata and extensions.
impl GuardedRequest for (&HeaderMap, &Extensions) {
    fn maybe_principal(&self) -> Result<Option<Principal>, Denied> {
        maybe_principal(self.0, None, self.1)
    }

    fn request_extensions(&self) -> &Extensions {
        self.1
    }
}

fn maybe_principal(
    headers: &HeaderMap,
    uri: Option<&Uri>,
    extensions: &Extensions,
) -> Result<Option<Principal>, Denied> {
    let authority = Authority::innermost(extensions).ok_or(DeniedKind::NotGuarded)?;
    let found = authority.prove(headers, uri, extensions, Goal::Principal);
    let evidence = found.map_err(portcullis_core::Unverified::into_denied)?;
    Ok(evidence.and_then(|evidence| match evidence.proof {
        Proof::Principal(principal) => Some(principal),
        Proof::Signed(_) | Proof::Anonymous => None,
    }))
}
