//! What an explanation is made of.

use std::fmt;

use super::rule::Rule;
use crate::denied::DeniedKind;

/// A token explained rule by rule: made by [`Verifier::explain`](crate::Verifier::explain), or by an
/// [`Inspection`](super::Inspection) where not all is known. It is no proof of anything.
///
/// ```
/// use portcullis_core::{DeniedKind, Inspection, Outcome, Rules};
///
/// let explained = Inspection::new(Rules::new()).explain("not.a.token");
/// assert_eq!(explained.kind(), Some(DeniedKind::MalformedToken));
/// let first = &explained.steps()[0];
/// assert_eq!((first.id(), first.outcome()), ("C1", Outcome::Pass));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    steps: Vec<Step>,
    refused: Option<usize>,
}

impl Explanation {
    pub(super) const fn new(steps: Vec<Step>, refused: Option<usize>) -> Self {
        Self { steps, refused }
    }

    /// Every rule, by its number.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The rule that a verifier refuses the token for: of those that are broken, the first to be judged.
    pub fn refused(&self) -> Option<&Step> {
        self.steps.get(self.refused?)
    }

    /// What a verifier refuses the token for.
    pub fn kind(&self) -> Option<DeniedKind> {
        self.refused()?.kind()
    }

    /// Whether every rule was judged and none is broken.
    pub fn stands(&self) -> bool {
        self.steps.iter().all(|step| step.outcome == Outcome::Pass)
    }
}

/// A line for each rule.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// One rule of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    rule: Rule,
    outcome: Outcome,
    detail: String,
}

impl Step {
    pub(super) const fn new(rule: Rule, outcome: Outcome, detail: String) -> Self {
        Self { rule, outcome, detail }
    }

    /// The number of the rule in DESIGN.md: `T4`.
    pub const fn id(&self) -> &'static str {
        self.rule.id()
    }

    /// What the rule asks of a token, in a few words.
    pub const fn title(&self) -> &'static str {
        self.rule.title()
    }

    /// What it came to.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What the token is refused for, if it breaks this rule.
    pub const fn kind(&self) -> Option<DeniedKind> {
        match self.outcome {
            Outcome::Fail(kind) => Some(kind),
            Outcome::Pass | Outcome::NotJudged(_) => None,
        }
    }

    /// What was found. It holds no part of the token as it was sent. Values of claims are escaped, and cut at 200 characters: they
    /// may come from a token that nobody has verified.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { outcome, detail, .. } = self;
        write!(f, "{outcome:<10}  {:<3}  {}", self.id(), self.title())?;
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
    }
}

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The token keeps it.
    Pass,
    /// The token breaks it, and is refused for this.
    Fail(DeniedKind),
    /// It cannot be told.
    NotJudged(NotJudged),
}

impl Outcome {
    /// The stable name: `"pass"`, `"fail"`, `"not_judged"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(_) => "fail",
            Self::NotJudged(_) => "not_judged",
        }
    }
}

/// As it reads: `pass`, `fail`, `not judged`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotJudged(_) => "not judged",
            judged => judged.as_str(),
        })
    }
}

/// Why a rule was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotJudged {
    /// Nobody said what it is judged by: no keys, no issuer, no audience.
    Unknown,
    /// It rests on a rule that is broken.
    Earlier,
}

impl NotJudged {
    /// The stable name: `"unknown"`, `"earlier"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Earlier => "earlier",
        }
    }
}
