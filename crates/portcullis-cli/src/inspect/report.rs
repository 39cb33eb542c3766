//! What is written about a token.

use std::fmt::Write;

use portcullis::policy::shown::{self, one_line};
use portcullis_core::{NotJudged, Outcome, Step};
use serde_json::{Value, json};

use super::Inspected;
use super::operations::{Opening, Verdict};
use crate::output::{BAD, GOOD, OPEN, style};

/// For people: a line for each rule, what it comes to, and a line for each operation.
pub(super) fn text(inspected: &Inspected) -> String {
    let mut text = String::new();
    for step in inspected.explained.steps() {
        let style = style(step.outcome());
        let colon = if step.detail().is_empty() { "" } else { ": " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{style}{:<10}{style:#}  {:<3}  {}", step.outcome(), step.id(), step.title());
        let _ = writeln!(text, "{colon}{}", one_line(step.detail()));
    }
    let _ = writeln!(text, "\n{}", summary(inspected));
    if let Some(openings) = &inspected.openings {
        let width = openings.iter().map(|opening| opening.operation.chars().count()).max().unwrap_or_default();
        text.push('\n');
        openings.iter().for_each(|opening| line(&mut text, opening, width));
    }
    text
}

fn line(text: &mut String, opening: &Opening, width: usize) {
    let style = match opening.verdict {
        Verdict::Public | Verdict::Opens => GOOD,
        Verdict::Depends => OPEN,
        Verdict::Refused { .. } => BAD,
    };
    let Opening { operation, needs, verdict } = opening;
    let _ = write!(text, "{style}{:<7}{style:#}  {operation:<width$}  {needs}", verdict.as_str());
    if let Verdict::Refused { kind, missing } = verdict {
        let missing = missing.join(", ");
        let lacks = if missing.is_empty() { String::new() } else { format!(", lacks {missing}") };
        let _ = write!(text, ": {kind}{lacks}");
    }
    text.push('\n');
}

fn summary(inspected: &Inspected) -> String {
    let explained = &inspected.explained;
    if let Some((step, kind)) = explained.refused().zip(explained.kind()) {
        return format!("{BAD}refused{BAD:#}: {kind} by {}, {}", step.id(), kind.description());
    }
    if explained.stands() {
        return format!("{GOOD}stands{GOOD:#}: every rule was judged and passed");
    }
    let open = explained.steps().iter().filter(|step| matches!(step.outcome(), Outcome::NotJudged(NotJudged::Unknown)));
    let open: Vec<&str> = open.map(Step::id).collect();
    format!("{OPEN}not judged whole{OPEN:#}: give {} for {}", inspected.missing.join(", "), open.join(", "))
}

/// For programs.
pub(super) fn json(inspected: &Inspected) -> String {
    let explained = &inspected.explained;
    let refused =
        explained.refused().map(|step| json!({ "rule": step.id(), "kind": step.kind().map(|kind| kind.as_str()) }));
    let operations = inspected.openings.as_ref().map(|openings| openings.iter().map(operation).collect::<Vec<_>>());
    let document = json!({
        "stands": explained.stands(),
        "refused": refused,
        "rules": explained.steps().iter().map(rule).collect::<Vec<_>>(),
        "operations": operations,
    });
    shown::json(&format!("{document:#}\n"))
}

fn rule(step: &Step) -> Value {
    let why = match step.outcome() {
        Outcome::NotJudged(why) => Some(why.as_str()),
        Outcome::Pass | Outcome::Fail(_) => None,
    };
    json!({
        "id": step.id(),
        "title": step.title(),
        "outcome": step.outcome().as_str(),
        "kind": step.kind().map(|kind| kind.as_str()),
        "why": why,
        "detail": step.detail(),
    })
}

fn operation(opening: &Opening) -> Value {
    let (kind, missing) = match &opening.verdict {
        Verdict::Refused { kind, missing } => (Some(kind.as_str()), missing.as_slice()),
        _ => (None, &[][..]),
    };
    json!({
        "operation": opening.operation,
        "needs": opening.needs,
        "verdict": opening.verdict.as_str(),
        "kind": kind,
        "missing_scopes": missing,
    })
}
