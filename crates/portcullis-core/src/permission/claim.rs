//! Claims as conditions: this claim is this value, or that of a path parameter.

use std::fmt;

use super::facts::{Answer, Parameters};
use crate::claim::{ClaimPath, ClaimValue};

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClaimTest {
    pub(crate) claim: ClaimPath,
    pub(crate) expected: Expected,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Expected {
    Value(ClaimValue),
    /// The path parameter of this name.
    Parameter(Box<str>),
}

impl ClaimTest {
    pub(crate) fn holds(&self, payload: &str, parameters: &dyn Parameters) -> bool {
        match &self.expected {
            Expected::Value(value) => self.claim.value(payload).is_some_and(|found| found == *value),
            // An empty text names nobody.
            Expected::Parameter(name) => match (self.claim.text(payload), parameters.get(name)) {
                (Some(claim), Some(parameter)) => !claim.is_empty() && claim == parameter,
                _ => false,
            },
        }
    }

    /// Whether there is a request in which it holds.
    pub(crate) fn could_hold(&self, payload: &str) -> Answer {
        match &self.expected {
            Expected::Value(_) => self.holds(payload, &()).into(),
            Expected::Parameter(_) if self.claim.text(payload).is_some_and(|text| !text.is_empty()) => Answer::Depends,
            Expected::Parameter(_) => Answer::No,
        }
    }
}

impl fmt::Display for ClaimTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expected {
            Expected::Value(value) => write!(f, "{} = {value}", self.claim),
            Expected::Parameter(name) => write!(f, "{} = {{{name}}}", self.claim),
        }
    }
}
