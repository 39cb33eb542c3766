//! What is wrong with a table.

use std::fmt;

/// A fault of one row; the text names the operation, the mistake and the repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    nth: usize,
    operation: Box<str>,
    text: Box<str>,
}

impl PolicyFault {
    pub(super) fn new(nth: usize, operation: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self { nth, operation: operation.into(), text: text.into() }
    }

    /// Which operation of the table, from 0.
    pub const fn nth(&self) -> usize {
        self.nth
    }

    /// The operation, as it reads.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The mistake and the repair.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.text)
    }
}

/// Why a policy cannot be built: every fault there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(Vec<PolicyFault>);

impl PolicyError {
    pub(super) const fn new(faults: Vec<PolicyFault>) -> Self {
        Self(faults)
    }

    /// The faults, at least one.
    pub fn faults(&self) -> &[PolicyFault] {
        &self.0
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}
