//! A requirement as it reads.

use std::fmt;

use super::value::{Requirement, Term};

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, operator) = match &self.0 {
            Term::Scope(scope) => return fmt::Display::fmt(scope, f),
            Term::ScopeOfResource(template) => return fmt::Display::fmt(template, f),
            Term::Role(role) => return write!(f, "role {role}"),
            Term::Claim(test) => return fmt::Display::fmt(test, f),
            Term::Details(rule) => return fmt::Display::fmt(rule, f),
            Term::All(parts) => (parts, " & "),
            Term::Any(parts) => (parts, " | "),
        };
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                f.write_str(operator)?;
            }
            match &part.0 {
                Term::All(_) | Term::Any(_) => write!(f, "({part})")?,
                _ => fmt::Display::fmt(part, f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requirement({self})")
    }
}
