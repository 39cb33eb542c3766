//! An explanation with what is known.

use std::sync::Arc;

use super::explanation::Explanation;
use super::judge::Known;
use crate::key::KeySource;
use crate::verify::settings::{Limits, Rules};

/// Explains tokens by what is known of whom to trust, which may be nothing: rules that need what is not known are
/// [`Unknown`](crate::NotJudged::Unknown), and never guessed. A [`Verifier`](crate::Verifier) knows all of it, and explains by
/// itself.
///
/// ```
/// use portcullis_core::{DeniedKind, Inspection, NotJudged, Outcome, Rules};
///
/// // {"alg":"HS256"} and {"iss":"joe","exp":1300819380}: nobody has checked who signed it.
/// let token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.c2lnbmF0dXJl";
/// let explained = Inspection::new(Rules::new()).issuer("joe").explain(token);
///
/// let outcome = |id| explained.steps().iter().find(|step| step.id() == id).map(|step| step.outcome());
/// assert_eq!(outcome("T2"), Some(Outcome::Pass));
/// assert_eq!(outcome("T3"), Some(Outcome::Fail(DeniedKind::MissingClaim)));
/// assert_eq!(outcome("T4"), Some(Outcome::Fail(DeniedKind::Expired)));
/// assert_eq!(outcome("S6"), Some(Outcome::NotJudged(NotJudged::Earlier))); // HS256 is not in the list
/// assert!(!explained.stands());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a token is explained by `explain`"]
pub struct Inspection {
    issuer: Option<Box<str>>,
    audiences: Vec<Box<str>>,
    keys: Option<Arc<dyn KeySource>>,
    rules: Rules,
    limits: Limits,
}

impl Inspection {
    /// By these rules, with nothing known of whom to trust.
    pub fn new(rules: Rules) -> Self {
        Self { issuer: None, audiences: Vec::new(), keys: None, rules, limits: Limits::default() }
    }

    /// The issuer: the exact `iss`.
    pub fn issuer(mut self, issuer: impl Into<Box<str>>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// An audience: the exact `aud`, or one of several.
    pub fn audience(mut self, audience: impl Into<Box<str>>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The keys of the issuer.
    pub fn keys(mut self, keys: impl KeySource) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// The limits of one operation.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Explains a token.
    pub fn explain(&self, token: impl AsRef<[u8]>) -> Explanation {
        let Self { issuer, audiences, keys, rules, limits } = self;
        let known = Known { issuer: issuer.as_deref(), audiences, keys: keys.as_deref(), rules, limits };
        known.explain(token.as_ref())
    }
}
