//! Auditing a table: against what a service serves, and by itself.

mod coverage;
mod finding;
mod ground;
mod outcome;
mod overlap;
mod pattern;
mod roles;
mod served;
mod stated;
mod width;

use super::{Inventory, Policy};
use ground::Ground;

pub use finding::{Finding, FindingKind, Severity};
pub use outcome::{AtStart, AuditError};

/// What an audit of a [`Policy`] found; made by [`Policy::audit`] and [`Policy::audit_alone`].
///
/// Its `Display` is for a terminal: a line for each finding, the worst first, and a line that counts them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an audit is to be read, or enforced"]
pub struct Audit(Vec<Finding>);

impl Policy {
    /// Audits the table against what a service serves. One line in a test:
    ///
    /// ```
    /// use portcullis::policy::{Inventory, Operation, Policy};
    /// use portcullis::scope;
    ///
    /// let policy = Policy::builder()
    ///     .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
    ///     .build()?;
    /// let served: Inventory = "GET /orders/{id}".parse()?;
    /// policy.audit(&served).enforce()?;
    ///
    /// let more: Inventory = "GET /orders/{id}\nDELETE /orders/{id}".parse()?;
    /// let refused = policy.audit(&more).enforce().unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "unguarded: DELETE /orders/{id}: no rule matches it: say what it requires, or that it is public and why",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// What matches is decided by the matcher that judges requests, on requests of each endpoint: with a value that stands
    /// nowhere in the table for each parameter, and with one and more segments for `{*rest}`. So `/files/{id}` guards an
    /// endpoint `/files/index`, whatever the parameters are called; `/files/index` does not guard an endpoint `/files/{id}`; and
    /// an endpoint `/files/{*rest}` is guarded when no depth is left out. `HEAD` follows `GET`.
    pub fn audit(&self, inventory: &Inventory) -> Audit {
        Audit::of(&Ground::new(self, Some(inventory)))
    }

    /// Audits the table by itself: all that takes no inventory. For files, where nothing is served yet.
    ///
    /// ```
    /// use portcullis::policy::{FindingKind, Operation, Policy};
    /// use portcullis::scope;
    ///
    /// let read = || Operation::get("/orders/{id}").require(scope!("orders:read"));
    /// let policy = Policy::builder().operation(read()).build()?;
    /// assert!(policy.audit_alone().is_clean());
    ///
    /// let create = Operation::post("/orders/new").require(scope!("orders:write"));
    /// let policy = Policy::builder().operation(read()).operation(create).build()?;
    /// let audit = policy.audit_alone();
    /// assert_eq!(audit.findings()[0].kind(), FindingKind::Shadowed); // `GET /orders/new` is refused
    /// # Ok::<(), portcullis::policy::PolicyError>(())
    /// ```
    pub fn audit_alone(&self) -> Audit {
        Audit::of(&Ground::new(self, None))
    }
}

impl Audit {
    fn of(ground: &Ground<'_>) -> Self {
        let mut findings = Vec::new();
        coverage::look(ground, &mut findings);
        overlap::look(ground, &mut findings);
        roles::look(ground, &mut findings);
        width::look(ground, &mut findings);
        stated::look(ground, &mut findings);
        findings.sort();
        Self(findings)
    }

    /// The findings: the worst first, then by kind, then by operation.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is no error and no warning.
    pub fn is_clean(&self) -> bool {
        self.0.iter().all(|finding| finding.severity() == Severity::Note)
    }
}
