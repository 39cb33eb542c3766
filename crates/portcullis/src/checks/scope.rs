//! Scope requirement.

use std::sync::Arc;

use portcullis_core::{Demand, DeniedKind, Requirement};

use crate::Authority;
use crate::guard::{Check, Head, Verdict, sealed};

/// The check behind [`Authority::require`].
#[derive(Clone, Debug)]
pub struct RequireScope {
    authority: Authority,
    demand: Arc<Demand>,
}

impl RequireScope {
    pub(crate) fn new(authority: Authority, requirement: Requirement) -> Self {
        Self { authority, demand: Arc::new(Demand::new(requirement)) }
    }
}

impl sealed::Sealed for RequireScope {}

impl Check for RequireScope {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        match self.authority.admit(head) {
            Ok(Some(principal)) => match self.demand.check(&principal, &()) {
                Ok(()) => Verdict::Pass,
                Err(denied) => denied.into(),
            },
            Ok(None) => DeniedKind::MissingCredential.into(),
            Err(unverified) => unverified.into(),
        }
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}
