//! What is wrong with a router.

use std::fmt;

/// Why a [`GuardedRouter`](crate::GuardedRouter) cannot be built: every fault there is. Each names the route, the mistake and the
/// repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterError(Vec<String>);

impl RouterError {
    /// The first of each: a fault of a route by itself is found again in the table of all.
    pub(super) fn check(faults: impl IntoIterator<Item = String>) -> Result<(), Self> {
        let mut found: Vec<String> = Vec::new();
        for fault in faults {
            if !found.contains(&fault) {
                found.push(fault);
            }
        }
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }

    pub(super) fn one(fault: String) -> Self {
        Self(vec![fault])
    }

    /// The faults, at least one.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for RouterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for RouterError {}
