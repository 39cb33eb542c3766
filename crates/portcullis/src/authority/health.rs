//! How things are with the issuers of an authority.

use portcullis_core::{KeyHealth, Verifier};
use serde::Serialize;

/// How things are with one issuer; serialises for a readiness endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The issuer.
    pub issuer: String,
    /// Its keys.
    #[serde(flatten)]
    pub keys: KeyHealth,
    /// Whether the list of what is revoked can tell, if there is one; while it cannot, every token is refused with 503.
    pub can_tell_revoked: bool,
}

impl IssuerHealth {
    pub(super) fn of(verifier: &Verifier) -> Self {
        Self {
            issuer: verifier.issuer().to_owned(),
            keys: verifier.keys().health(),
            can_tell_revoked: verifier.can_tell_revoked(),
        }
    }
}
