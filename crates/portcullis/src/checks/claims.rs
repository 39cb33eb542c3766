//! Claim extraction.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{WithoutCredential, optional};
use crate::guard::{Check, GuardLayer, Head, Verdict, sealed};
use crate::{Authority, Claims};

/// The check behind [`Authority::extract_claims`].
pub struct ExtractClaims<C> {
    authority: Authority,
    without_credential: WithoutCredential,
    claims: PhantomData<fn() -> C>,
}

impl<C> ExtractClaims<C> {
    pub(crate) const fn new(authority: Authority) -> Self {
        Self { authority, without_credential: WithoutCredential::Refused, claims: PhantomData }
    }
}

impl<C> sealed::Sealed for ExtractClaims<C> {}

impl<C: DeserializeOwned + Send + Sync + 'static> Check for ExtractClaims<C> {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        match self.authority.admit(head) {
            Ok(Some(principal)) => match Claims::<C>::of(&principal, head.extensions) {
                Ok(_) => Verdict::Pass,
                Err(denied) => denied.into(),
            },
            Ok(None) => self.without_credential.verdict(&self.authority, head),
            Err(unverified) => unverified.into(),
        }
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}

impl<C> Clone for ExtractClaims<C> {
    fn clone(&self) -> Self {
        Self { authority: self.authority.clone(), ..*self }
    }
}

impl<C> fmt::Debug for ExtractClaims<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtractClaims").field("authority", &self.authority).finish_non_exhaustive()
    }
}

optional!(ExtractClaims<C>);
