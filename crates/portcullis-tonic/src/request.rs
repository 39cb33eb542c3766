//! Asking a request.

use portcullis::{Authority, Denied, DeniedKind, Granted, GuardedRequest, Permission, Principal};
use serde::de::DeserializeOwned;
use tonic::{Request, Status};

use crate::status::status;

/// Asks a tonic request for its principal, its claims or a permission, by the innermost layer that it went through.
///
/// Where no layer ran the answer is `INTERNAL`, and the log says so: that is an error of the service.
pub trait RequestExt: sealed::Sealed {
    /// A permission: the proof that privileged code asks for.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `PERMISSION_DENIED`; `INTERNAL` where no layer ran.
    fn require<P: Permission>(&self) -> Result<Granted<P>, Status>;

    /// Who calls.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`; `INTERNAL` where no layer ran.
    fn principal(&self) -> Result<Principal, Status>;

    /// Who calls, or nobody, behind an optional layer.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a bad credential; `INTERNAL` where no layer ran.
    fn maybe_principal(&self) -> Result<Option<Principal>, Status>;

    /// The claims of the caller, decoded into a type of yours. Behind
    /// [`extract_claims`](portcullis::Authority::extract_claims) they are in the extensions already:
    /// `request.extensions().get::<Claims<C>>()`.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, also when the claims do not fit the type; `INTERNAL` where no layer ran.
    fn claims<C: DeserializeOwned>(&self) -> Result<C, Status>;
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for tonic::Request<T> {}
}

impl<T> RequestExt for Request<T> {
    fn require<P: Permission>(&self) -> Result<Granted<P>, Status> {
        ask(self, |guarded| guarded.require())
    }

    fn principal(&self) -> Result<Principal, Status> {
        ask(self, |guarded| guarded.principal())
    }

    fn maybe_principal(&self) -> Result<Option<Principal>, Status> {
        ask(self, |guarded| guarded.maybe_principal())
    }

    fn claims<C: DeserializeOwned>(&self) -> Result<C, Status> {
        ask(self, |guarded| guarded.principal()?.claims())
    }
}

type Guarded<'r> = (&'r http::HeaderMap, &'r http::Extensions);

fn ask<T, V>(request: &Request<T>, question: impl FnOnce(Guarded<'_>) -> Result<V, Denied>) -> Result<V, Status> {
    question((request.metadata().as_ref(), request.extensions())).map_err(|denied| {
        let unguarded = denied.kind() == DeniedKind::NotGuarded;
        status(denied, Authority::innermost(request.extensions()).filter(|_| !unguarded))
    })
}
