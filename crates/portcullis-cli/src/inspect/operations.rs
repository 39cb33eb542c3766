//! Which operations of a policy a token opens.

use portcullis::policy::shown::one_line;
use portcullis::policy::{Access, Operation, Policy};
use portcullis_core::{Answer, Denied, DeniedKind, Limits, Principal, Requirement, Scope, Verifier};

/// What a token comes to at one operation.
pub(super) struct Opening {
    pub(super) operation: String,
    pub(super) needs: String,
    pub(super) verdict: Verdict,
}

pub(super) enum Verdict {
    /// Open to everybody.
    Public,
    Opens,
    /// It hangs on the path of the request.
    Depends,
    Refused {
        kind: DeniedKind,
        missing: Vec<String>,
    },
}

impl Verdict {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Opens => "opens",
            Self::Depends => "depends",
            Self::Refused { .. } => "refused",
        }
    }
}

/// A row for each operation, in the order of the table.
pub(super) fn openings(policy: &Policy, verifier: &Verifier, principal: &Principal) -> Vec<Opening> {
    let reports = |operation: &Operation| policy.is_report_only() || operation.is_report_only();
    let opening = |operation: &Operation| Opening {
        operation: one_line(&operation.target().to_string()),
        needs: one_line(&format!("{}{}", operation.access(), if reports(operation) { " (report only)" } else { "" })),
        verdict: verdict(operation.access(), verifier, principal),
    };
    policy.operations().map(opening).collect()
}

fn verdict(access: &Access, verifier: &Verifier, principal: &Principal) -> Verdict {
    let Access::Require { requirement, max_age, .. } = access else { return Verdict::Public };
    let mut limits = Limits::default();
    limits.max_age = *max_age;
    let refused = |denied: Denied| Verdict::Refused { kind: denied.kind(), missing: missing(requirement, principal) };
    // In the order of the layer.
    match (verifier.check_limits(principal, &limits), principal.answer(requirement)) {
        (Err(denied), _) => refused(denied),
        (Ok(()), Answer::Yes) => Verdict::Opens,
        (Ok(()), Answer::Depends) => Verdict::Depends,
        (Ok(()), Answer::No) => principal.require_value(requirement).err().map_or(Verdict::Opens, refused),
    }
}

/// The scopes to ask for that the caller does not hold.
fn missing(requirement: &Requirement, principal: &Principal) -> Vec<String> {
    let lacks = |scope: &&str| Scope::new(*scope).is_ok_and(|scope| !principal.holds(&scope));
    requirement.scopes_to_ask().into_iter().filter(lacks).map(one_line).collect()
}
