//! No check at all.

use crate::Authority;
use crate::guard::{Check, Head, Verdict, sealed};
use crate::proofs::Proofs;

/// The check behind [`Authority::open`]: there is none.
#[derive(Clone, Debug)]
pub struct LeaveOpen {
    authority: Authority,
}

impl LeaveOpen {
    pub(crate) const fn new(authority: Authority) -> Self {
        Self { authority }
    }
}

impl sealed::Sealed for LeaveOpen {}

impl Check for LeaveOpen {
    fn check(&self, head: &mut Head<'_>) -> Verdict {
        Proofs::enter(head.extensions, &self.authority);
        Verdict::Pass
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }
}
