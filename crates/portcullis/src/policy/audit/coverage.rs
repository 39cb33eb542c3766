//! The table against what is served.

use std::collections::BTreeSet;

use super::finding::{Finding, FindingKind, Severity};
use super::ground::{Ground, Row};
use super::served::{Place, Served};
use crate::policy::{Access, path};

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    let Some(served) = &ground.served else { return };
    for place in &served.places {
        look_at(ground, served, place, findings);
    }
    findings.extend(ground.rows.iter().filter_map(|row| unused(ground, served, row)));
}

fn look_at(ground: &Ground<'_>, served: &Served<'_>, place: &Place<'_>, findings: &mut Vec<Finding>) {
    let error = |kind, text: String| Finding::new(Severity::Error, kind, [&*place.name], text);
    let paths = place.pattern.as_ref().map(|pattern| ground.paths(pattern)).unwrap_or_default();
    if paths.is_empty() || !paths.iter().all(|path| path::is_unambiguous(path)) {
        let text =
            "no rule could match it, its path is refused with 400: serve it under one that can be read in one way only";
        findings.push(error(FindingKind::Unguarded, text.to_owned()));
        return;
    }
    let judged = |path: &String| ground.judge(place.method, path);
    match paths.iter().find(|path| judged(path).is_none()) {
        Some(_) if paths.iter().all(|path| judged(path).is_none()) => {
            let text = "no rule matches it: say what it requires, or that it is public and why";
            findings.push(error(FindingKind::Unguarded, text.to_owned()));
        }
        Some(path) => {
            let text = format!("no rule matches `{} {path}`: add one that does, with `{{*rest}}`", place.method);
            findings.push(error(FindingKind::Unguarded, text));
        }
        None => {}
    }
    let mut rows: Vec<&Row<'_>> = paths.iter().filter_map(judged).collect();
    rows.dedup_by_key(|row| row.index);
    for own in place.access {
        for row in rows.iter().filter(|row| !is_met_by(own, row.operation.access())) {
            let text = format!(
                "its own code asks for `{own}`, the rule `{}` for `{}`: make them the same",
                row.name,
                row.operation.access()
            );
            findings.push(error(FindingKind::Disagrees, text));
        }
    }
    for (request, row) in exceptions(ground, served, place, &rows) {
        findings.extend(exception(place, &rows, &request, row));
    }
}

/// Requests of an endpoint that other rules judge than most of its requests, by rule.
fn exceptions<'g, 'a>(
    ground: &'g Ground<'a>,
    served: &Served<'_>,
    place: &Place<'_>,
    rows: &[&Row<'_>],
) -> Vec<(String, &'g Row<'a>)> {
    let Some(pattern) = &place.pattern else { return Vec::new() };
    let mut known: BTreeSet<usize> = rows.iter().map(|row| row.index).collect();
    let mut found = Vec::new();
    for path in ground.rows.iter().flat_map(|row| ground.common(pattern, &row.pattern)) {
        for method in [Some(place.method), (place.method == "GET").then_some("HEAD")].into_iter().flatten() {
            let Some(by) = ground.judge(method, &path).filter(|_| served.is_at(place, method, &path)) else { continue };
            if known.insert(by.index) {
                found.push((format!("{method} {path}"), by));
            }
        }
    }
    found
}

/// What there is to say of a request that a rule of its own judges.
fn exception(place: &Place<'_>, rows: &[&Row<'_>], request: &str, row: &Row<'_>) -> Vec<Finding> {
    let (name, access) = (&row.name, row.operation.access());
    let differing = place.access.iter().filter(|own| !is_met_by(own, access));
    let disagrees = differing.map(|own| {
        let text = format!(
            "its own code asks for `{own}`, but `{request}` is judged by the rule `{name}`, which asks for `{access}`: make \
             them the same, take the rule out, or serve its path by itself"
        );
        Finding::new(Severity::Error, FindingKind::Disagrees, [&*place.name], text)
    });
    // That something public is more specific than what is guarded is said of the rules.
    let is_said = |other: &Row<'_>| row.is_public() && !other.is_public();
    let overridden = rows
        .iter()
        .filter(|other| place.access.is_empty() && !is_said(other) && !is_met_by(other.operation.access(), access));
    let overridden = overridden.map(|other| {
        let text = format!(
            "`{request}` is judged by the rule `{name}`, which asks for `{access}` and overrides the rule `{}`, which asks \
             for `{}`: if that is not meant, take the more specific one out",
            other.name,
            other.operation.access()
        );
        Finding::new(Severity::Note, FindingKind::Overridden, [&*place.name], text)
    });
    disagrees.chain(overridden).collect()
}

/// Whether a rule asks for the same as the code, for tokens as fresh or fresher.
fn is_met_by(code: &Access, rule: &Access) -> bool {
    match (code, rule) {
        (Access::Public { .. }, Access::Public { .. }) => true,
        (Access::Require { requirement, max_age }, Access::Require { requirement: of_rule, max_age: limit }) => {
            let is_looser = max_age.is_some_and(|age| limit.is_none_or(|limit| limit > age));
            !is_looser && requirement.asks_the_same_as(of_rule)
        }
        _ => false,
    }
}

fn unused(ground: &Ground<'_>, served: &Served<'_>, row: &Row<'_>) -> Option<Finding> {
    let idle: Vec<&str> =
        row.methods.iter().map(|method| &**method).filter(|method| !is_needed(ground, served, row, method)).collect();
    let text = match idle.len() {
        0 => return None,
        all if all == row.methods.len() => "nothing that is served needs it: take it out, or mend its path".to_owned(),
        _ => format!("nothing that is served needs {}: take it out of the rule", idle.join(", ")),
    };
    Some(Finding::new(Severity::Warning, FindingKind::Unused, [&*row.name], text))
}

/// Whether a request of an endpoint is judged by this rule, for this method of it.
fn is_needed(ground: &Ground<'_>, served: &Served<'_>, row: &Row<'_>, method: &str) -> bool {
    let methods = [Some(method), (method == "GET").then_some("HEAD")];
    served.places.iter().any(|place| {
        let paths = place.pattern.as_ref().map(|pattern| ground.common(pattern, &row.pattern)).unwrap_or_default();
        paths.iter().any(|path| {
            methods.iter().flatten().any(|method| {
                served.is_at(place, method, path) && ground.judge(method, path).is_some_and(|by| by.index == row.index)
            })
        })
    })
}
