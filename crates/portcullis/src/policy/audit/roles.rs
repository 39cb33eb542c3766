//! The table against the roles.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, FindingKind, Severity};
use super::ground::Ground;

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    let model = ground.model();
    if model.roles().next().is_none() {
        return;
    }
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (row, requirement) in ground.guarded() {
        for scope in requirement.scopes() {
            asked.entry(scope.as_str()).or_default().insert(&row.name);
        }
        if !model.roles_can_meet(requirement) {
            let text = format!(
                "nobody can meet `{requirement}`: the roles that give its scopes exclude each other; ask for the scopes of one of \
                 them, or split the operation"
            );
            findings.push(Finding::new(Severity::Error, FindingKind::Unreachable, [&*row.name], text));
        }
    }
    // By role: its scopes, and the operations that ask for them.
    let mut of_one: BTreeMap<&str, (Vec<String>, BTreeSet<&str>)> = BTreeMap::new();
    for (scope, operations) in asked {
        let mut givers = model.roles().filter(|role| model.role_gives(role, scope));
        match (givers.next(), givers.next()) {
            (None, _) => {
                let text = format!("no role gives `{scope}`: give it to one, mend its name, or ask for another");
                findings.push(Finding::new(Severity::Warning, FindingKind::Unobtainable, operations, text));
            }
            // Where roles are declared to be apart, that is what is meant.
            (Some(only), None) if !model.is_separate() => {
                let (scopes, askers) = of_one.entry(only).or_default();
                scopes.push(format!("`{scope}`"));
                askers.extend(operations);
            }
            _ => {}
        }
    }
    findings.extend(of_one.into_iter().map(|(role, (scopes, operations))| {
        let it = if scopes.len() == 1 { "it" } else { "one of them" };
        let text =
            format!("only the role `{role}` gives {}: if others need {it}, give it to them too", scopes.join(", "));
        Finding::new(Severity::Note, FindingKind::OneRole, operations, text)
    }));
    for role in model.roles() {
        for scope in model.scopes_of(role).into_iter().flat_map(portcullis_core::ScopeSet::iter) {
            if !ground.guarded().any(|(_, requirement)| model.scope_is_asked_for(scope, requirement)) {
                let text = format!("the role `{role}` names `{scope}`, which no rule asks for: take it from the role");
                findings.push(Finding::new(Severity::Warning, FindingKind::UnusedScope, [], text));
            }
        }
    }
}
