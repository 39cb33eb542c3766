//! The proof that a policy let a request through.

use std::fmt;

use portcullis_core::Principal;

use super::{Operation, Policy};

/// Proof that a policy let this request do an operation, for domain code that goes by the table alone. Code that knows which
/// permission it needs asks for [`Granted`](crate::Granted): it holds whatever the table says.
///
/// [`GuardedRequest::allowed`](crate::GuardedRequest::allowed) gives it, where a [`PolicyLayer`](super::PolicyLayer) passed the
/// request.
#[must_use = "the proof is for the code that does the privileged work"]
pub struct Allowed {
    pub(crate) principal: Option<Principal>,
    pub(crate) mark: Mark,
}

/// Which rule let a request through.
#[derive(Clone)]
pub(crate) struct Mark {
    pub(super) policy: Policy,
    /// `None` where there is no rule, and the table only reports.
    pub(super) rule: Option<usize>,
    pub(super) would_deny: bool,
}

impl Allowed {
    /// Who calls; `None` where the operation is public and nobody said.
    pub const fn principal(&self) -> Option<&Principal> {
        self.principal.as_ref()
    }

    /// The row of the table; `None` where there is none, and the table only reports.
    pub fn operation(&self) -> Option<&Operation> {
        let rule = self.mark.policy.0.table.rule(self.mark.rule?)?;
        Some(&rule.operation)
    }

    /// Whether it passed only because its rule reports.
    pub const fn would_be_denied(&self) -> bool {
        self.mark.would_deny
    }
}

impl fmt::Debug for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Allowed({})", self.operation().map(|operation| operation.target().to_string()).unwrap_or_default())
    }
}
