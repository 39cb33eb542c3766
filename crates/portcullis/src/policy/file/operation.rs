//! `[[operation]]`.

use std::time::Duration;

use http::Method;
use portcullis_core::Requirement;

use super::super::{Access, Operation, Target, public};
use super::fields::{Field, Fields};
use super::place::{Report, Span, quote};
use super::requirement::{Parts, bound, read};
use super::suggest::closest;

const FIELDS: [&str; 8] = ["methods", "path", "rpc", "require", "where", "max_age", "public", "report_only"];

/// An operation, and where its parts are written.
pub(super) struct Row {
    pub(super) target: Target,
    pub(super) target_at: Span,
    /// `None` was reported.
    pub(super) access: Option<Access>,
    pub(super) access_at: Span,
    pub(super) parts: Parts,
    pub(super) report_only: bool,
}

impl Row {
    pub(super) fn read(fields: &Fields<'_>, report: &mut Report) -> Option<Self> {
        fields.expect("an operation", &FIELDS, report);
        let target = target(fields, report);
        let (access_at, access, parts) = access(fields, report);
        let report_only = fields.get("report_only").and_then(|field| field.truth(report)).unwrap_or_default();
        let (target_at, target) = target?;
        Some(Self { target, target_at, access, access_at, parts, report_only })
    }

    /// For the table. What could not be read is in it as well, so that it is found if it stands there twice.
    pub(super) fn operation(&self) -> Operation {
        let unread = || public("could not be read").into();
        let operation = Operation::new(self.target.clone(), self.access.clone().unwrap_or_else(unread));
        if self.report_only { operation.report_only() } else { operation }
    }
}

fn target(fields: &Fields<'_>, report: &mut Report) -> Option<(Span, Target)> {
    match (fields.get("path"), fields.get("rpc")) {
        (None, None) => {
            let text = "it does not say what is called: write `methods = [\"GET\"]` and `path = \"/orders\"`, or `rpc = \"orders.v1.Orders/GetOrder\"`";
            report.fault(fields.at.clone(), text);
            None
        }
        (Some(_), Some(rpc)) => {
            report.fault(rpc.key, "`rpc` beside `path`: an operation is one of them, write two operations");
            None
        }
        (Some(path), None) => {
            let methods = methods(fields, report);
            let pattern = path.text("path = \"/orders/{id}\"", report)?;
            Some((path.at(), Target::http(methods?, pattern)))
        }
        (None, Some(rpc)) => {
            if let Some(methods) = fields.get("methods") {
                report.fault(methods.key, "`methods` go with `path`: a procedure has none, leave them out");
            }
            Some((rpc.at(), Target::rpc(rpc.text("rpc = \"orders.v1.Orders/GetOrder\"", report)?)))
        }
    }
}

fn methods(fields: &Fields<'_>, report: &mut Report) -> Option<Vec<Method>> {
    let Some(field) = fields.get("methods") else {
        report.fault(fields.at.clone(), "no method is named: write `methods = [\"GET\"]`, or those that there are");
        return None;
    };
    let words = field.words("methods = [\"GET\"]", report)?;
    if words.is_empty() {
        report.fault(field.at(), "no method is named: write `methods = [\"GET\"]`, or those that there are");
        return None;
    }
    let each = words.into_iter().map(|(at, word)| {
        if word.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let text = format!("methods are in capital letters: say {}", quote(&word.to_ascii_uppercase()));
            report.fault(at, text);
            return None;
        }
        let method = Method::from_bytes(word.as_bytes()).ok();
        if method.is_none() {
            report.fault(at, format!("{} is not a method: say `GET`, `POST`, `DELETE`", quote(word)));
        }
        method
    });
    each.collect::<Vec<_>>().into_iter().collect()
}

fn access(fields: &Fields<'_>, report: &mut Report) -> (Span, Option<Access>, Parts) {
    let mut parts = Parts::new();
    let (require, public) = (fields.get("require"), fields.get("public"));
    if let (None, Some(field)) = (&require, &public) {
        return (field.at(), open(fields, field, report), parts);
    }
    let at = require.as_ref().map_or(fields.at.clone(), Field::at);
    // Whatever else is wrong, so that each mistake is told.
    let requirement = require.as_ref().and_then(|field| read(field.value, &mut parts, report));
    let bound = match fields.get("where") {
        Some(field) => bound(&field, &mut parts, report),
        None => Some(Vec::new()),
    };
    let max_age = match fields.get("max_age") {
        Some(field) => age(&field, report).map(Some),
        None => Some(None),
    };
    match (require, public) {
        (Some(require), Some(public)) => {
            let later = if require.key.start > public.key.start { require } else { public };
            let text =
                "it is public and requires something: an operation is one of them, leave out `public` or `require`";
            report.fault(later.key, text);
            (at, None, parts)
        }
        // Of a typo it was asked already what is meant.
        (None, _) if fields.all().iter().all(|field| closest(field.name, &["require", "public"]).is_none()) => {
            let text = "it does not say who may call it: write `require = \"orders:read\"`, or `public = \"why everybody may\"`";
            report.fault(fields.at.clone(), text);
            (at, None, parts)
        }
        _ => {
            let whole = |requirement: Requirement, bound: Vec<Requirement>, max_age| Access::Require {
                requirement: bound.into_iter().fold(requirement, |all, part| all & part),
                max_age,
            };
            let access = requirement.zip(bound).zip(max_age);
            (at, access.map(|((requirement, bound), age)| whole(requirement, bound, age)), parts)
        }
    }
}

fn open(fields: &Fields<'_>, field: &Field<'_>, report: &mut Report) -> Option<Access> {
    for misplaced in fields.among(&["where", "max_age"]) {
        let name = misplaced.name;
        let text =
            format!("`{name}` on a public operation: there is no token to go by, leave it out or write `require`");
        report.fault(misplaced.key, text);
    }
    let reason = field.text("public = \"landing page, carries no data\"", report)?;
    if reason.trim().is_empty() {
        report.fault(field.at(), "it is public without a reason: write down why everybody may call it");
        return None;
    }
    Some(public(reason).into())
}

fn age(field: &Field<'_>, report: &mut Report) -> Option<Duration> {
    let age = field.duration("max_age = \"5m\"", report)?;
    if age.as_secs() == 0 {
        report.fault(field.at(), "a `max_age` under a second refuses every token: give it at least a second");
        return None;
    }
    Some(age)
}
