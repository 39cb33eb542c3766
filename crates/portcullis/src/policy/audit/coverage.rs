//! The table against what is served.

use super::finding::{Finding, FindingKind, Severity};
use super::ground::{Ground, Row};
use super::served::{Place, Served};
use crate::policy::{Access, path};

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    let Some(served) = &ground.served else { return };
    for place in &served.places {
        look_at(ground, place, findings);
    }
    findings.extend(ground.rows.iter().filter_map(|row| unused(ground, served, row)));
}

fn look_at(ground: &Ground<'_>, place: &Place<'_>, findings: &mut Vec<Finding>) {
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
    let Some(own) = place.access else { return };
    let mut others: Vec<&Row<'_>> = paths.iter().filter_map(judged).collect();
    others.dedup_by_key(|row| row.index);
    for row in others.into_iter().filter(|row| !is_the_same(own, row.operation.access())) {
        let text = format!(
            "its own code asks for `{own}`, the rule `{}` for `{}`: make them the same",
            row.name,
            row.operation.access()
        );
        findings.push(error(FindingKind::Disagrees, text));
    }
}

fn is_the_same(one: &Access, other: &Access) -> bool {
    match (one, other) {
        (Access::Public { .. }, Access::Public { .. }) => true,
        (Access::Require { requirement, max_age }, Access::Require { requirement: other, max_age: other_age }) => {
            max_age == other_age && requirement.asks_the_same_as(other)
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
