//! What a verification comes to when it yields no proof.

use std::time::Duration;

use crate::denied::{Denied, DeniedKind};
use crate::key::KeysPending;

/// No proof: refused, or not decided before new keys are there.
#[derive(Debug)]
pub enum Unverified {
    /// Refused.
    Denied(Denied),
    /// The token names a key that may be on its way: wait, then verify again, once. Whoever is told to wait a second time
    /// should refuse, with [`into_denied`](Self::into_denied).
    Pending(KeysPending),
}

impl Unverified {
    /// The refusal, for a caller that cannot wait.
    pub fn into_denied(self) -> Denied {
        match self {
            Self::Denied(denied) => denied,
            Self::Pending(_) => Denied::keys_unavailable(Duration::from_secs(1)),
        }
    }
}

impl From<Denied> for Unverified {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<DeniedKind> for Unverified {
    fn from(kind: DeniedKind) -> Self {
        Self::Denied(kind.into())
    }
}
