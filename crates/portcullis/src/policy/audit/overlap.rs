//! Rules whose requests find another path.

use std::collections::BTreeSet;

use super::finding::{Finding, FindingKind, Severity};
use super::ground::{Ground, Row};

/// A request of a rule that a more specific path takes.
struct Taken {
    request: String,
    method: Box<str>,
    /// Whether something is served there, as far as is known.
    counts: bool,
    /// The rules of that path.
    by: BTreeSet<String>,
}

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    for row in &ground.rows {
        let (mut taken, mut overriders) = (Vec::new(), BTreeSet::new());
        for method in &row.methods {
            let others = ground.rows.iter().filter(|other| other.pattern != row.pattern);
            for path in others.flat_map(|other| ground.common(&row.pattern, &other.pattern)) {
                match judged_by_another(ground, row, method, &path) {
                    Some(Ok(other)) if other.is_public() && !row.is_public() => {
                        overriders.insert(&other.name);
                    }
                    Some(Err(refused)) => taken.push(refused),
                    _ => {}
                }
            }
        }
        for counts in [true, false] {
            let of_it: Vec<&Taken> = taken.iter().filter(|taken| taken.counts == counts).collect();
            findings.extend(shadowed(row, &of_it, counts));
        }
        findings.extend(overriders.into_iter().map(|by| {
            let text = format!("`{by}` is open to everybody, and more specific: if that is not meant, guard it");
            Finding::new(Severity::Note, FindingKind::Overridden, [&*row.name, by], text)
        }));
    }
}

/// The rule of a more specific path, or that there is none for the method.
fn judged_by_another<'g, 'a>(
    ground: &'g Ground<'a>,
    row: &Row<'_>,
    method: &str,
    path: &str,
) -> Option<Result<&'g Row<'a>, Taken>> {
    let at = ground.table().at(path)?;
    if at.iter().any(|(_, rule)| *rule == row.index) {
        return None;
    }
    if let Some(other) = ground.judge(method, path) {
        return Some(Ok(other));
    }
    let by = ground.rows.iter().filter(|other| at.iter().any(|(_, rule)| *rule == other.index));
    let counts = ground.served.as_ref().is_none_or(|served| served.serves(method, path));
    let by = by.map(|other| other.name.clone()).collect();
    Some(Err(Taken { request: format!("{method} {path}"), method: method.into(), counts, by }))
}

fn shadowed(row: &Row<'_>, taken: &[&Taken], counts: bool) -> Option<Finding> {
    let Taken { request, method, .. } = taken.first()?;
    let by: BTreeSet<&str> = taken.iter().flat_map(|taken| taken.by.iter().map(String::as_str)).collect();
    let finds = if by.len() == 1 { "the more specific path of" } else { "more specific paths, those of" };
    let named = by.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (severity, repair) = if counts {
        (Severity::Warning, "add a rule for it if it is to be let in")
    } else {
        (Severity::Note, "it is not served either, so nothing is to be done")
    };
    let text = format!("`{request}` finds {finds} {named}, without a rule for {method}, and is refused: {repair}");
    Some(Finding::new(severity, FindingKind::Shadowed, [&*row.name].into_iter().chain(by), text))
}
