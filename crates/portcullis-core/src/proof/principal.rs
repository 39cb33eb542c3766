//! The principal: proof that a token was verified.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::caller::{AnyRequest, Caller};
use super::granted::Granted;
use super::verified::Verified;
use crate::denied::{Denied, DeniedKind};
use crate::model::AccessModel;
use crate::permission::{Answer, Parameters, Permission, Requirement};
use crate::revocation::Revocation;
use crate::scope::{Scope, Scopes};
use crate::time::Timestamp;

/// A token whose signature, issuer and audience stand, its time not yet judged: no proof of anything.
///
/// [`Verifier::enforce_expiry`](crate::Verifier::enforce_expiry) makes a [`Principal`] of it.
#[derive(Clone)]
pub struct SignedToken(pub(crate) Arc<Verified>);

impl SignedToken {
    /// Who issued it.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Whether it was made from this very credential.
    pub fn is_of(&self, token: impl AsRef<[u8]>) -> bool {
        self.0.token() == token.as_ref()
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedToken").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}

/// Proof that a token was verified, and by which verifier. Only a [`Verifier`](crate::Verifier) makes one. Cheap to clone.
///
/// Its identity is issuer and subject together: subjects of two issuers may look alike. `Debug` shows nothing that the
/// token said of its owner.
///
/// ```
/// use portcullis_core::{Denied, Granted, Principal};
///
/// portcullis_core::permissions! { pub ReadOrders = "orders:read"; }
///
/// fn handler(caller: &Principal) -> Result<(), Denied> {
///     let by = caller.require::<ReadOrders>()?; // 403 without the scope
///     list_orders(&by);
///     Ok(())
/// }
/// fn list_orders(_: &Granted<ReadOrders>) {}
/// ```
#[derive(Clone)]
pub struct Principal(pub(crate) Arc<Verified>);

impl Principal {
    /// Who issued the token.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// `sub`: whom the token speaks for. For client credentials it is often the client itself.
    pub fn subject(&self) -> Option<&str> {
        self.0.text_of(self.0.sub.as_ref())
    }

    /// `client_id`: the client that asked for the token (RFC 9068 §2.2).
    pub fn client_id(&self) -> Option<&str> {
        self.0.text_of(self.0.client_id.as_ref())
    }

    /// `jti`: the name of the token.
    pub fn token_id(&self) -> Option<&str> {
        self.0.text_of(self.0.jti.as_ref())
    }

    /// `sid`: the session of the login that the token came from (OpenID Connect Front-Channel Logout §3).
    pub fn session_id(&self) -> Option<&str> {
        self.0.text_of(self.0.sid.as_ref())
    }

    /// What revokes this very token, until it expires; `None` if it has no `jti` to go by.
    pub fn revocation(&self) -> Option<Revocation> {
        self.token_id().map(|jti| Revocation::of_token(self.issuer(), jti, self.expires_at()))
    }

    /// The scopes, as they stand in the token.
    pub fn scopes(&self) -> Scopes<'_> {
        self.0.scopes()
    }

    /// Whether the caller holds this scope: it is in the token, another one there implies it, or a role stands for it, by the
    /// [`AccessModel`](crate::AccessModel) of the rules that the token was verified by.
    pub fn holds(&self, scope: &Scope) -> bool {
        self.0.holds(scope.as_str())
    }

    /// Whether the token was judged by this access model, or one that declares the same.
    #[doc(hidden)]
    pub fn is_judged_by(&self, model: &Arc<AccessModel>) -> bool {
        match &self.0.model {
            Some(own) => Arc::ptr_eq(own, model) || **own == **model,
            None => model.is_empty(),
        }
    }

    /// The roles, where [`Rules::roles_from`](crate::Rules::roles_from) finds them.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.roles.iter().map(|role| &**role)
    }

    /// `iat`.
    pub fn issued_at(&self) -> Timestamp {
        self.0.iat
    }

    /// `exp`, without leeway: when a long stream should end itself.
    pub fn expires_at(&self) -> Timestamp {
        self.0.exp
    }

    /// Asks for a permission; the proof of it is what privileged code wants to see.
    ///
    /// # Errors
    /// [`DeniedKind::InsufficientScope`] when the scopes are not enough.
    pub fn require<P: Permission>(&self) -> Result<Granted<P>, Denied> {
        if P::EXPR.judge(&|scope| self.0.holds(scope)) {
            Ok(Granted::new(self.clone()))
        } else {
            Err(Denied::insufficient_scope(&Requirement::from_type::<P>()))
        }
    }

    /// Asks for a permission that is a value. There is no proof of it but that this returned. What asks for a parameter of the
    /// path is refused: nobody knows it here, see [`require_at`](Self::require_at).
    ///
    /// # Errors
    /// [`DeniedKind::InsufficientScope`] when the scopes are not enough, another refusal when something else is missing.
    pub fn require_value(&self, requirement: &Requirement) -> Result<(), Denied> {
        self.require_at(requirement, &())
    }

    /// As [`require_value`](Self::require_value), for a request whose path parameters are known.
    ///
    /// # Errors
    /// What is missing.
    pub fn require_at(&self, requirement: &Requirement, parameters: &dyn Parameters) -> Result<(), Denied> {
        match self.lack(requirement, parameters) {
            None => Ok(()),
            Some(lack) => Err(Denied::lacking(lack, requirement, parameters)),
        }
    }

    pub(crate) fn lack(&self, requirement: &Requirement, parameters: &dyn Parameters) -> Option<DeniedKind> {
        let facts = Caller { token: &self.0, parameters };
        (requirement.judge(&facts) != Answer::Yes).then(|| requirement.lack(&facts))
    }

    /// Whether the caller meets a requirement in every request, in none, or whether it hangs on the path: for a tool, or a page that
    /// shows what one may do. It opens nothing.
    ///
    /// ```
    /// use portcullis_core::{Answer, Principal, Requirement};
    ///
    /// fn sees_the_menu(caller: &Principal, tenant_orders: &Requirement) -> bool {
    ///     caller.answer(tenant_orders) != Answer::No
    /// }
    /// ```
    pub fn answer(&self, requirement: &Requirement) -> Answer {
        requirement.judge(&AnyRequest(&self.0))
    }

    /// All claims, decoded into a type of yours.
    ///
    /// # Errors
    /// [`DeniedKind::ClaimsMismatch`] when they do not fit it.
    pub fn claims<C: DeserializeOwned>(&self) -> Result<C, Denied> {
        serde_json::from_str(self.0.payload()).map_err(|_| DeniedKind::ClaimsMismatch.into())
    }

    /// Whether it was made from this very credential.
    pub fn is_of(&self, token: impl AsRef<[u8]>) -> bool {
        self.0.token() == token.as_ref()
    }

    /// Whether both are one proof, of one verification.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}
