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
    findings.extend(asked.into_iter().filter_map(|(scope, operations)| {
        let mut givers = model.roles().filter(|role| model.role_gives(role, scope));
        let (severity, kind, text) = match (givers.next(), givers.next()) {
            (None, _) => {
                let text = format!("no role gives `{scope}`: give it to one, mend its name, or ask for another");
                (Severity::Warning, FindingKind::Unobtainable, text)
            }
            (Some(only), None) => {
                let text = format!("only the role `{only}` gives `{scope}`: if others need it, give it to them too");
                (Severity::Note, FindingKind::OneRole, text)
            }
            _ => return None,
        };
        Some(Finding::new(severity, kind, operations, text))
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
