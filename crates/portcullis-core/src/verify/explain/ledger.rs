//! What was judged, as it is judged.

use std::collections::BTreeMap;

use super::explanation::{Explanation, NotJudged, Outcome, Step};
use super::rule::Rule;
use crate::denied::DeniedKind;

/// Rule by rule what it came to; a rule of several parts is broken by its first broken one.
#[derive(Default)]
pub(super) struct Ledger {
    steps: BTreeMap<Rule, (Outcome, String)>,
    refused: Option<Rule>,
}

impl Ledger {
    pub(super) fn pass(&mut self, rule: Rule, detail: impl Into<String>) {
        self.steps.entry(rule).or_insert((Outcome::Pass, detail.into()));
    }

    pub(super) fn fail(&mut self, rule: Rule, kind: DeniedKind, detail: impl Into<String>) {
        self.refused.get_or_insert(rule);
        let step = self.steps.entry(rule).or_insert((Outcome::Pass, String::new()));
        if !matches!(step.0, Outcome::Fail(_)) {
            *step = (Outcome::Fail(kind), detail.into());
        }
    }

    pub(super) fn unknown(&mut self, rule: Rule, detail: impl Into<String>) {
        self.steps.entry(rule).or_insert((Outcome::NotJudged(NotJudged::Unknown), detail.into()));
    }

    /// Notes what a rule came to, with the detail for either case; gives back what it found.
    pub(super) fn note<T>(
        &mut self,
        rule: Rule,
        verdict: Result<T, DeniedKind>,
        passed: impl Into<String>,
        failed: impl Into<String>,
    ) -> Option<T> {
        match verdict {
            Ok(found) => {
                self.pass(rule, passed);
                Some(found)
            }
            Err(kind) => {
                self.fail(rule, kind, failed);
                None
            }
        }
    }

    /// Whether all that was judged is kept.
    pub(super) fn stands(&self) -> bool {
        self.steps.values().all(|(outcome, _)| *outcome == Outcome::Pass)
    }

    pub(super) fn is_open(&self, rule: Rule) -> bool {
        !self.steps.contains_key(&rule)
    }

    /// What was not reached rests on what is broken.
    pub(super) fn finish(mut self) -> Explanation {
        let refused = self.refused;
        let earlier = || (Outcome::NotJudged(NotJudged::Earlier), String::new());
        let steps = Rule::ALL.iter().map(|rule| {
            let (outcome, detail) = self.steps.remove(rule).unwrap_or_else(earlier);
            Step::new(*rule, outcome, detail)
        });
        let steps = steps.collect();
        Explanation::new(steps, Rule::ALL.iter().position(|rule| Some(*rule) == refused))
    }
}
