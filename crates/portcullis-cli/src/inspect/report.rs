//! What is written about a token.

use std::fmt::Write;

use portcullis_core::{Explanation, NotJudged, Outcome, Step};
use serde_json::{Value, json};

use crate::args::Inspect;
use crate::output::{BAD, GOOD, OPEN, style};

/// For people: a line for each rule, and what it comes to.
pub(crate) fn text(args: &Inspect, explained: &Explanation) -> String {
    let mut text = String::new();
    for step in explained.steps() {
        let style = style(step.outcome());
        // Writing to a string cannot fail.
        let _ = write!(text, "{style}{:<10}{style:#}  {:<3}  {}", step.outcome(), step.id(), step.title());
        let _ = if step.detail().is_empty() { writeln!(text) } else { writeln!(text, ": {}", step.detail()) };
    }
    let _ = writeln!(text, "\n{}", summary(args, explained));
    text
}

fn summary(args: &Inspect, explained: &Explanation) -> String {
    if let Some((step, kind)) = explained.refused().zip(explained.kind()) {
        return format!("{BAD}refused{BAD:#}: {kind} by {}, {}", step.id(), kind.description());
    }
    if explained.stands() {
        return format!("{GOOD}stands{GOOD:#}: every rule was judged and passed");
    }
    let given = [
        ("--jwks", args.jwks.is_none()),
        ("--issuer", args.issuer.is_none()),
        ("--audience", args.audience.is_empty()),
    ];
    let missing: Vec<&str> = given.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
    let open = explained.steps().iter().filter(|step| matches!(step.outcome(), Outcome::NotJudged(NotJudged::Unknown)));
    let open: Vec<&str> = open.map(Step::id).collect();
    format!("{OPEN}not judged whole{OPEN:#}: give {} for {}", missing.join(", "), open.join(", "))
}

/// For programs.
pub(crate) fn json(explained: &Explanation) -> String {
    let refused =
        explained.refused().map(|step| json!({ "rule": step.id(), "kind": step.kind().map(|kind| kind.as_str()) }));
    let document = json!({
        "stands": explained.stands(),
        "refused": refused,
        "rules": explained.steps().iter().map(rule).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
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
