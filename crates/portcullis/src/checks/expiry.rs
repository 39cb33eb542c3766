//! Expiry enforcement.

use std::time::Duration;

use portcullis_core::{Limits, Principal};

use super::{WithoutCredential, optional};
use crate::Authority;
use crate::guard::{Check, GuardLayer, Head, Verdict, sealed};

/// The check behind [`Authority::enforce_expiry`] and [`Authority::authenticate`].
#[derive(Clone, Debug)]
pub struct EnforceExpiry {
    authority: Authority,
    limits: Limits,
    without_credential: WithoutCredential,
}

impl EnforceExpiry {
    pub(crate) const fn new(authority: Authority, limits: Limits) -> Self {
        Self { authority, limits, without_credential: WithoutCredential::Refused }
    }

    /// The smaller of each limit holds.
    pub(crate) fn tighten(mut self, max_lifetime: Option<Duration>, max_age: Option<Duration>) -> Self {
        let smaller = |a: Option<_>, b: Option<_>| a.into_iter().chain(b).min();
        self.limits.max_lifetime = smaller(self.limits.max_lifetime, max_lifetime);
        self.limits.max_age = smaller(self.limits.max_age, max_age);
        self
    }

    /// Only this route's limits are left to judge: those of the rules were, when the proof was made.
    fn within_limits(&self, principal: &Principal) -> Verdict {
        if self.limits.is_empty() {
            return Verdict::Pass;
        }
        match self.authority.trust().check_limits(principal, &self.limits) {
            Ok(()) => Verdict::Pass,
            Err(denied) => denied.into(),
        }
    }
}

impl sealed::Sealed for EnforceExpiry {}

impl Check for EnforceExpiry {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        match self.authority.admit(head) {
            Ok(Some(principal)) => self.within_limits(&principal),
            Ok(None) => self.without_credential.verdict(&self.authority, head),
            Err(unverified) => unverified.into(),
        }
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}

optional!(EnforceExpiry);
