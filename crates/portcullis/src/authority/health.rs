//! How the keys of an authority are.

use portcullis_core::{KeyHealth, Verifier};
use serde::Serialize;

/// How the keys of one issuer are; serialises for a readiness endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The issuer.
    pub issuer: String,
    /// Its keys.
    #[serde(flatten)]
    pub keys: KeyHealth,
}

impl IssuerHealth {
    pub(super) fn of(verifier: &Verifier) -> Self {
        Self { issuer: verifier.issuer().to_owned(), keys: verifier.keys().health() }
    }
}
