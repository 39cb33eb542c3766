//! What is answered.

use portcullis_core::ScopeSet;

use super::CustomClaims;

/// What a subject may do now.
#[derive(Clone, Debug)]
pub enum Entitlement {
    /// This much.
    Enabled(Entitled),
    /// Nothing at all: unknown, locked, gone. At a refresh its family ends.
    Disabled,
}

/// The scopes and roles that somebody has now. A role stands for its scopes by the issuer's
/// [`AccessModel`](portcullis_core::AccessModel), and for none if the model does not know it.
///
/// ```
/// use portcullis_core::ScopeSet;
/// use portcullis_issuer::{CustomClaims, Entitled};
///
/// #[derive(serde::Serialize)]
/// struct Tenant {
///     tenant: &'static str,
/// }
///
/// let support = Entitled::to(ScopeSet::new()).role("support").claims(CustomClaims::of(&Tenant { tenant: "acme" })?);
/// assert!(CustomClaims::of(&("not", "an object")).is_err());
/// # let _ = support;
/// # Ok::<(), portcullis_issuer::InvalidClaims>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Entitled {
    pub(crate) scopes: ScopeSet,
    pub(crate) roles: Vec<String>,
    pub(crate) claims: CustomClaims,
}

impl Entitled {
    /// These scopes.
    pub fn to(scopes: ScopeSet) -> Self {
        Self { scopes, ..Self::default() }
    }

    /// And the scopes of a role.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// And the scopes of these roles.
    #[must_use]
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles.extend(roles.into_iter().map(Into::into));
        self
    }

    /// What else the token is to say of the subject. Roles are better left out: a token with a role opens all that the role opens,
    /// whatever its scopes are.
    #[must_use]
    pub fn claims(mut self, claims: CustomClaims) -> Self {
        self.claims = claims;
        self
    }
}

impl From<Entitled> for Entitlement {
    fn from(entitled: Entitled) -> Self {
        Self::Enabled(entitled)
    }
}
