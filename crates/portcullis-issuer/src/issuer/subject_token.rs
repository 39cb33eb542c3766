//! Tokens of ours that come back.

use portcullis_core::{DeniedClass, Principal, Rules, SetupError as CoreError, Verifier};
use serde::Deserialize;
use serde_json::Value;

use crate::family::Authentication;
use crate::keys::IssuerKeySource;
use crate::refused::{Refused, RefusedKind};

/// Verifies the access tokens that this issuer minted, for whichever of its resources.
#[derive(Debug)]
pub(super) struct SubjectTokens(Verifier);

/// What is read of a token beside what every verifier reads.
#[derive(Debug, Deserialize)]
pub(super) struct SubjectClaims {
    /// The tokens that are minted here have one.
    pub(super) aud: String,
    #[serde(default)]
    pub(super) act: Option<Value>,
    #[serde(flatten)]
    pub(super) authentication: Authentication,
}

impl SubjectTokens {
    pub(super) fn new(
        issuer: &str,
        resources: impl IntoIterator<Item = String>,
        keys: IssuerKeySource,
        rules: Rules,
    ) -> Result<Self, CoreError> {
        Verifier::new(issuer, resources, keys, rules.rfc9068_profile()).map(Self)
    }

    pub(super) fn verify(&self, token: &str) -> Result<(Principal, SubjectClaims), Refused> {
        let principal = self.0.verify(token).map_err(|unverified| {
            let denied = unverified.into_denied();
            match denied.class() {
                DeniedClass::Unavailable => RefusedKind::RevocationsUnavailable,
                DeniedClass::Internal => RefusedKind::ClockFailed,
                _ => RefusedKind::SubjectTokenRefused,
            }
        })?;
        let claims = principal.claims().map_err(|_| RefusedKind::SubjectTokenRefused)?;
        Ok((principal, claims))
    }
}
