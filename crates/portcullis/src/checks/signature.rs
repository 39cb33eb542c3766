//! Signature verification.

use super::{WithoutCredential, optional};
use crate::Authority;
use crate::authority::Goal;
use crate::guard::{Check, GuardLayer, Head, Verdict, sealed};
use crate::proofs::Place;

/// The check behind [`Authority::verify_signature`].
#[derive(Clone, Debug)]
pub struct VerifySignature {
    authority: Authority,
    without_credential: WithoutCredential,
}

impl VerifySignature {
    pub(crate) const fn new(authority: Authority) -> Self {
        Self { authority, without_credential: WithoutCredential::Refused }
    }
}

impl sealed::Sealed for VerifySignature {}

impl Check for VerifySignature {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        match self.authority.prove_and_keep(head, Goal::Signed, Place::Innermost) {
            Ok(Some(_)) => Verdict::Pass,
            Ok(None) => self.without_credential.verdict(&self.authority, head),
            Err(unverified) => unverified.into(),
        }
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}

optional!(VerifySignature);
