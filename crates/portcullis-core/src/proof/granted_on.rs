//! The proof that a request may do something to one object.

use std::fmt;
use std::marker::PhantomData;

use super::granted::short_name;
use super::{Owner, Principal};
use crate::permission::Permission;

/// An object that belongs to someone. [`Granted::on`](crate::Granted::on) compares its owner with the caller: a scope says
/// what a caller may do, not to whose orders (OWASP API1, broken object level authorization).
///
/// Load the object first and narrow the proof to it: a check of the path alone compares what the caller wrote with what the
/// caller holds, and knows nothing of the object that the database then finds.
///
/// A refusal is a 403, which tells that there is such an object. Where that is a secret, answer 404 for both: to what is
/// missing and to what is someone else's.
///
#[cfg_attr(feature = "signing", doc = "```")]
#[cfg_attr(not(feature = "signing"), doc = "```ignore")]
/// use portcullis_core::{DeniedKind, Granted, GrantedOn, Owner, Resource};
/// # use portcullis_core::{Algorithm, Clock, Rules, SigningKey, StaticKeys, SystemClock, Verifier};
///
/// portcullis_core::permissions! { pub WriteOrders = "orders:write"; }
///
/// struct Order { customer: String }
///
/// impl Resource for Order {
///     fn owner(&self) -> Owner<'_> {
///         Owner::subject("https://id.test", &self.customer)
///     }
/// }
///
/// /// The order comes out of the proof: there is no other one to mistake it for.
/// fn cancel(by: GrantedOn<'_, WriteOrders, Order>) -> String {
///     format!("cancelled for {}", by.resource().customer)
/// }
///
/// # let key = SigningKey::generate(Algorithm::ES256)?;
/// # let keys = StaticKeys::from(key.verifying_key()?);
/// # let verifier = Verifier::new("https://id.test", ["https://api.test"], keys, Rules::new())?;
/// # let now = SystemClock.now()?.as_secs();
/// # let claims = format!(
/// #     r#"{{"iss":"https://id.test","aud":"https://api.test","sub":"alice","scope":"orders:write","iat":{now},"exp":{}}}"#,
/// #     now + 300
/// # );
/// # let token = key.sign_token("at+jwt", &claims)?;
/// # let caller = verifier.verify(&token).map_err(|refused| refused.into_denied())?;
/// // `caller` is alice, who may write orders.
/// let granted: Granted<WriteOrders> = caller.require()?;
///
/// let hers = Order { customer: "alice".to_owned() };
/// assert_eq!(cancel(granted.on(&hers)?), "cancelled for alice");
///
/// let his = Order { customer: "bob".to_owned() };
/// assert_eq!(granted.on(&his).unwrap_err().kind(), DeniedKind::WrongResource);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A function that works on anyone's objects asks for a permission of its own, `Granted<AdministerOrders>`, and for no
/// narrowing: then its signature says so, and no owner has to be bent to let an administrator in.
pub trait Resource {
    /// Who owns it.
    fn owner(&self) -> Owner<'_>;
}

/// Proof that this request may do `P` to this object, from [`Granted::on`](crate::Granted::on). It holds the object: ask for
/// the proof alone and take the object out of it, then the one that is worked on is the one that was checked.
///
/// It speaks of the owner at the moment of the check. The object is borrowed, so it cannot change while the proof lives; the
/// row that it was loaded from can.
///
/// It cannot be cloned, defaulted or deserialised, and nothing else makes one. See [`Resource`] for an example.
#[must_use = "the proof is for the code that does the privileged work"]
pub struct GrantedOn<'r, P, R: ?Sized> {
    principal: Principal,
    resource: &'r R,
    permission: PhantomData<fn() -> P>,
}

impl<'r, P: Permission, R: Resource + ?Sized> GrantedOn<'r, P, R> {
    pub(super) fn new(principal: Principal, resource: &'r R) -> Self {
        Self { principal, resource, permission: PhantomData }
    }

    /// Who may.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The object, for as long as it was lent and not only for as long as the proof lives.
    pub fn resource(&self) -> &'r R {
        self.resource
    }
}

impl<P, R: ?Sized> fmt::Debug for GrantedOn<'_, P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GrantedOn<{}, {}>", short_name::<P>(), short_name::<R>())
    }
}
