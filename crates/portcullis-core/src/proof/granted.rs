//! The proof that a request may do something.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use super::{GrantedOn, Principal, Resource};
use crate::denied::{Denied, DeniedKind};
use crate::permission::Permission;

/// Proof that this request may do `P`. Ask for it where the privileged work is done: then there is no way to call it
/// without the check.
///
/// It speaks of the moment when the token was verified, and of any authority that the request was verified by: what lasts
/// longer asks [`Principal::expires_at`], and a service that trusts several issuers for different things asks
/// [`Principal::issuer`].
///
/// It cannot be cloned, defaulted or deserialised, and only [`Principal::require`] makes one: a test mints a token and
/// has it verified like everybody else.
///
/// ```compile_fail
/// portcullis_core::permissions! { pub ReadOrders = "orders:read"; }
/// let forged: portcullis_core::Granted<ReadOrders> = Default::default();
/// ```
#[must_use = "the proof is for the code that does the privileged work"]
pub struct Granted<P> {
    principal: Principal,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Granted<P> {
    pub(super) fn new(principal: Principal) -> Self {
        Self { principal, permission: PhantomData }
    }

    /// Who may.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Narrows the proof to one object that is the caller's, see [`Resource`].
    ///
    /// # Errors
    /// [`DeniedKind::WrongResource`] when it is not.
    pub fn on<'r, R: Resource + ?Sized>(&self, resource: &'r R) -> Result<GrantedOn<'r, P, R>, Denied> {
        if resource.owner().is(&self.principal) {
            Ok(GrantedOn::new(self.principal.clone(), resource))
        } else {
            Err(DeniedKind::WrongResource.into())
        }
    }
}

impl<P> fmt::Debug for Granted<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Granted<{}>", short_name::<P>())
    }
}

/// A type without the modules that it lives in.
pub(super) fn short_name<T: ?Sized>() -> &'static str {
    type_name::<T>().rsplit("::").next().unwrap_or_default()
}
