//! One authorization detail.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;

use crate::denied::{Denied, DeniedKind};
use crate::token::find::find;
use crate::token::json::{Malformed, Reader};

/// One authorization detail of a token (RFC 9396 §2), from
/// [`Principal::authorization_details`](crate::Principal::authorization_details): a grant of its own, which holds together.
/// To combine what two of them say grants what nobody consented to.
///
/// `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct AuthorizationDetail<'a>(&'a str);

/// A type of authorization details, as a type of yours.
///
/// ```
/// use portcullis_core::{Denied, DetailType, Principal};
///
/// #[derive(serde::Deserialize)]
/// struct PaymentInitiation {
///     actions: Vec<String>,
///     currency: String,
///     limit: u64,
/// }
///
/// impl DetailType for PaymentInitiation {
///     const TYPE: &'static str = "payment_initiation";
/// }
///
/// /// Fails when a detail of this type does not fit; details of other types are not looked at.
/// fn may_pay(caller: &Principal, euros: u64) -> Result<bool, Denied> {
///     let granted = caller.authorization_details_of::<PaymentInitiation>()?;
///     // All of it in one: what two details say together was never granted.
///     Ok(granted.iter().any(|one| {
///         one.actions.iter().any(|action| action == "initiate") && one.currency == "EUR" && euros <= one.limit
///     }))
/// }
/// ```
pub trait DetailType: DeserializeOwned {
    /// The `type`, compared to the byte.
    const TYPE: &'static str;
}

impl<'a> AuthorizationDetail<'a> {
    /// `type`: never empty. What the other members mean hangs on it.
    pub fn kind(&self) -> Cow<'a, str> {
        self.field("type").unwrap_or_default()
    }

    /// `locations`: where it may be used. Empty if it does not say.
    pub fn locations(&self) -> Vec<Cow<'a, str>> {
        self.list("locations")
    }

    /// `actions`: what may be done. Empty if it does not say.
    pub fn actions(&self) -> Vec<Cow<'a, str>> {
        self.list("actions")
    }

    /// `datatypes`: the kinds of data that may be had. Empty if it does not say.
    pub fn datatypes(&self) -> Vec<Cow<'a, str>> {
        self.list("datatypes")
    }

    /// `identifier`: the one object that it is about.
    pub fn identifier(&self) -> Option<Cow<'a, str>> {
        self.field("identifier")
    }

    /// `privileges`: the levels of privilege. Empty if it does not say.
    pub fn privileges(&self) -> Vec<Cow<'a, str>> {
        self.list("privileges")
    }

    /// Any member that is a text; `None` without it, or if it is no text.
    pub fn field(&self, name: &str) -> Option<Cow<'a, str>> {
        find(self.0, &[name], Reader::string)
    }

    /// All of it, decoded into a type of yours, whatever its `type`.
    ///
    /// # Errors
    /// [`DeniedKind::ClaimsMismatch`] when it does not fit.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Denied> {
        serde_json::from_str(self.0).map_err(|_| DeniedKind::ClaimsMismatch.into())
    }

    fn list(&self, name: &str) -> Vec<Cow<'a, str>> {
        let read = |json: &mut Reader<'a>| {
            let mut list = Vec::new();
            json.array(|json| {
                list.push(json.string()?);
                Ok(())
            })?;
            Ok(list)
        };
        find(self.0, &[name], read).unwrap_or_default()
    }

    /// Whether a member is an array of texts with this one among them.
    pub(super) fn lists(&self, name: &str, value: &str) -> bool {
        let read = |json: &mut Reader<'a>| {
            let mut found = false;
            json.array(|json| {
                found |= json.string()? == value;
                Ok(())
            })?;
            Ok(found)
        };
        find(self.0, &[name], read).unwrap_or(false)
    }

    /// Goes over the claim, which was checked before.
    pub(crate) fn each(claim: &'a str, mut each: impl FnMut(Self)) -> Result<(), Malformed> {
        Reader::new(claim).array(|json| {
            each(Self(json.raw(Reader::skip)?));
            Ok(())
        })
    }
}

impl fmt::Debug for AuthorizationDetail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationDetail").finish_non_exhaustive()
    }
}
