//! What follows from an audit.

use std::fmt;

use serde::Deserialize;

use super::{Audit, Finding, Severity};

/// What a service does with an audit when it starts; in configuration `"warn"` or `"enforce"`.
///
/// ```
/// use portcullis::policy::{AtStart, Inventory, Policy};
///
/// let audit = Policy::builder().build()?.audit(&"GET /orders".parse()?);
/// assert!(audit.at_start(AtStart::Warn).is_ok());
/// assert!(audit.at_start(AtStart::Enforce).is_err());
/// assert_eq!(AtStart::default(), AtStart::Enforce);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AtStart {
    /// Logs the findings and goes on.
    Warn,
    /// Logs the findings, and does not start when there is an error among them.
    #[default]
    Enforce,
}

impl Audit {
    /// Refuses errors. For a test, and for a start that depends on it.
    ///
    /// # Errors
    /// When there are errors: one that names them all.
    pub fn enforce(&self) -> Result<(), AuditError> {
        self.refuse(Severity::Error)
    }

    /// Refuses errors and warnings.
    ///
    /// # Errors
    /// When there are errors or warnings: one that names them all.
    pub fn enforce_strictly(&self) -> Result<(), AuditError> {
        self.refuse(Severity::Warning)
    }

    fn refuse(&self, up_to: Severity) -> Result<(), AuditError> {
        let findings: Vec<Finding> = self.0.iter().filter(|finding| finding.severity() <= up_to).cloned().collect();
        if findings.is_empty() { Ok(()) } else { Err(AuditError(findings)) }
    }

    /// Logs each finding (`portcullis::policy`): errors as `error`, warnings as `warn`, notes as `info`.
    pub fn warn(&self) -> &Self {
        for finding in &self.0 {
            let kind = finding.kind().as_str();
            match finding.severity() {
                Severity::Error => tracing::error!(target: "portcullis::policy", kind, "{finding}"),
                Severity::Warning => tracing::warn!(target: "portcullis::policy", kind, "{finding}"),
                Severity::Note => tracing::info!(target: "portcullis::policy", kind, "{finding}"),
            }
        }
        self
    }

    /// Logs the findings, and refuses errors if it is to.
    ///
    /// # Errors
    /// As [`enforce`](Self::enforce), with [`AtStart::Enforce`].
    pub fn at_start(&self, mode: AtStart) -> Result<(), AuditError> {
        match mode {
            AtStart::Warn => {
                self.warn();
                Ok(())
            }
            AtStart::Enforce => self.warn().enforce(),
        }
    }
}

/// For a terminal.
impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let mut of_it = self.0.iter().filter(|finding| finding.severity() == severity).peekable();
            if of_it.peek().is_some() {
                writeln!(f, "{severity}s:")?;
            }
            of_it.try_for_each(|finding| writeln!(f, "  {finding}"))?;
        }
        let counted = |severity| {
            let count = self.count(severity);
            format!("{count} {severity}{}", if count == 1 { "" } else { "s" })
        };
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(counted);
        writeln!(f, "{errors}, {warnings}, {notes}")
    }
}

/// Why an audit was not passed: everything that stands in the way, a line each.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditError(Vec<Finding>);

impl AuditError {
    /// The findings, at least one.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.0.iter().enumerate() {
            write!(f, "{}{finding}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// The same lines: a `main` that returns it prints its `Debug`.
impl fmt::Debug for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for AuditError {}
