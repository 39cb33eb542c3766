//! More than is needed.

use std::collections::BTreeSet;

use portcullis_core::{Answer, Requirement};

use super::finding::{Finding, FindingKind, Severity};
use super::ground::{Ground, Row};

/// With fewer, it is no wonder that one role does all.
const ENOUGH_ROLES: usize = 2;
const ENOUGH_RULES: usize = 3;

const WRITES: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    let model = ground.model();
    let mut wide = |operations: &[&str], text: String| {
        let operations = operations.iter().copied();
        findings.push(Finding::new(Severity::Warning, FindingKind::OverWide, operations, text));
    };
    for wildcard in model.wildcards() {
        wide(
            &[],
            format!(
                "the wildcard `{wildcard}` gives scopes that nobody has thought of yet: name those that it stands for"
            ),
        );
    }
    let mut guarded: Vec<(&Row<'_>, &Requirement)> = ground.guarded().collect();
    guarded.sort_by_key(|(row, _)| &row.name);
    if model.roles().count() >= ENOUGH_ROLES && guarded.len() >= ENOUGH_RULES {
        for role in model.roles() {
            if guarded.iter().all(|(_, requirement)| model.role_meets(role, requirement) != Answer::No) {
                wide(&[], format!("the role `{role}` opens every operation that is guarded: split it"));
            }
        }
    }
    for scope in scopes(ground, &guarded) {
        let opens = || guarded.iter().filter(|(_, requirement)| model.scope_meets(scope, requirement) != Answer::No);
        let (reads, writes) = (opens().find(|(row, _)| reads(row)), opens().find(|(row, _)| writes(row)));
        if let (Some((one, _)), Some((other, _))) = (reads, writes) {
            let mut names: Vec<&str> = vec![&one.name, &other.name];
            names.dedup();
            wide(
                &names,
                format!("the scope `{scope}` alone opens reading and writing: ask for one to read and one to write"),
            );
        }
    }
    for row in &ground.rows {
        if row.pattern.is_open_ended() && row.methods.len() > 1 {
            let text = "one rule for several methods on all paths below: a rule for each method, or for each path";
            wide(&[&row.name], text.to_owned());
        }
    }
    if ground.rows.iter().all(is_http) {
        return;
    }
    let call = ground.call_of_nobody();
    let takes = |row: &&Row<'_>| {
        let by = row.methods.iter().filter_map(|method| ground.judge(method, &call));
        is_http(row) && by.into_iter().any(|by| by.index == row.index)
    };
    for row in ground.rows.iter().filter(takes) {
        let text = "it takes calls of procedures without a rule too, which are answered whatever their method: begin its path \
                    with a literal segment";
        wide(&[&row.name], text.to_owned());
    }
}

/// All that are mentioned, wildcards aside.
fn scopes<'a>(ground: &Ground<'a>, guarded: &[(&Row<'_>, &'a Requirement)]) -> BTreeSet<&'a str> {
    let model = ground.model();
    let mut scopes = model.scopes();
    scopes.extend(guarded.iter().flat_map(|(_, requirement)| requirement.scopes()).map(|scope| scope.as_str()));
    model.wildcards().for_each(|wildcard| {
        scopes.remove(wildcard);
    });
    scopes
}

fn is_http(row: &Row<'_>) -> bool {
    matches!(row.operation.target(), crate::policy::Target::Http { .. })
}

fn reads(row: &Row<'_>) -> bool {
    is_http(row) && row.methods.iter().any(|method| **method == *"GET")
}

/// A call of a procedure is a `POST` that says nothing about it.
fn writes(row: &Row<'_>) -> bool {
    is_http(row) && row.methods.iter().any(|method| WRITES.contains(&&**method))
}
