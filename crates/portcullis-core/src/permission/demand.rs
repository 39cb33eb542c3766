//! A requirement that is asked of many callers.

use std::sync::Arc;

use super::facts::Parameters;
use super::value::Requirement;
use crate::denied::{Denied, DeniedKind};
use crate::proof::Principal;

/// A requirement with its refusal made beforehand, for layers.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Demand {
    requirement: Requirement,
    /// `None` when it takes a request to say what to ask for.
    scopes_to_ask: Option<Arc<str>>,
}

impl Demand {
    pub fn new(requirement: Requirement) -> Self {
        let known = !requirement.asks_for_objects();
        let scopes_to_ask = known.then(|| requirement.scopes_to_ask().join(" ").into());
        Self { requirement, scopes_to_ask }
    }

    pub const fn requirement(&self) -> &Requirement {
        &self.requirement
    }

    /// # Errors
    /// What is missing.
    pub fn check(&self, caller: &Principal, parameters: &dyn Parameters) -> Result<(), Denied> {
        let Some(lack) = caller.lack(&self.requirement, parameters) else { return Ok(()) };
        Err(match (&self.scopes_to_ask, lack) {
            (Some(scopes), DeniedKind::InsufficientScope) => Denied::scopes_missing(Arc::clone(scopes)),
            _ => Denied::lacking(lack, &self.requirement, parameters),
        })
    }
}
