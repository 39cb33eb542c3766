//! Scope requirement.

use std::sync::Arc;

use portcullis_core::{Denied, DeniedKind, Requirement};

use crate::Authority;
use crate::guard::{Check, Head, Verdict, sealed};

/// The check behind [`Authority::require`].
#[derive(Clone, Debug)]
pub struct RequireScope {
    authority: Authority,
    requirement: Arc<Requirement>,
    /// What a refusal asks for, made once.
    scopes_to_ask: Arc<str>,
}

impl RequireScope {
    pub(crate) fn new(authority: Authority, requirement: Requirement) -> Self {
        let scopes_to_ask = requirement.scopes_to_ask().join(" ").into();
        Self { authority, requirement: Arc::new(requirement), scopes_to_ask }
    }
}

impl sealed::Sealed for RequireScope {}

impl Check for RequireScope {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        match self.authority.admit(head) {
            Ok(Some(principal)) if self.requirement.allows(principal.scopes()) => Verdict::Pass,
            Ok(Some(_)) => Denied::scopes_missing(Arc::clone(&self.scopes_to_ask)).into(),
            Ok(None) => DeniedKind::MissingCredential.into(),
            Err(unverified) => unverified.into(),
        }
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}
