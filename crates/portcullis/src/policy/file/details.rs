//! `details`: what is asked of an authorization detail.

use portcullis_core::{DetailsRule, Requirement};

use super::fields::{Field, Fields};
use super::place::{Report, quote};

const FIELDS: [&str; 7] = ["type", "actions", "locations", "datatypes", "privileges", "identifier", "fields"];

/// Reads a rule about authorization details. `None` was reported.
pub(super) fn read(field: &Field<'_>, report: &mut Report) -> Option<Requirement> {
    let fields = field.fields("details = { type = \"payment_initiation\", actions = [\"initiate\"] }", report)?;
    fields.expect("a rule about authorization details", &FIELDS, report);
    let rule = of_type(&fields, report)?;
    let rule = listed(&fields, "actions", DetailsRule::action, rule, report)?;
    let rule = listed(&fields, "locations", DetailsRule::location, rule, report)?;
    let rule = listed(&fields, "datatypes", DetailsRule::datatype, rule, report)?;
    let rule = listed(&fields, "privileges", DetailsRule::privilege, rule, report)?;
    let rule = identifier(&fields, rule, report)?;
    others(&fields, rule, report).map(Requirement::from)
}

fn of_type(fields: &Fields<'_>, report: &mut Report) -> Option<DetailsRule> {
    let Some(field) = fields.get("type") else {
        report.fault(fields.at.clone(), "it does not say of which `type`: write `type = \"payment_initiation\"`");
        return None;
    };
    let kind = field.text("type = \"payment_initiation\"", report)?;
    let rule = DetailsRule::new(kind).ok();
    if rule.is_none() {
        report.fault(field.at(), "the `type` is empty, which none is: write the exact one, `\"payment_initiation\"`");
    }
    rule
}

fn listed(
    fields: &Fields<'_>,
    name: &str,
    ask: fn(DetailsRule, Box<str>) -> DetailsRule,
    rule: DetailsRule,
    report: &mut Report,
) -> Option<DetailsRule> {
    let Some(field) = fields.get(name) else { return Some(rule) };
    let words = field.words(&format!("{name} = [\"initiate\"]"), report)?;
    if words.is_empty() {
        let text = format!("{} asks for nothing: name at least one, or leave it out", quote(name));
        report.fault(field.at(), text);
        return None;
    }
    Some(words.into_iter().fold(rule, |rule, (_, word)| ask(rule, word.into())))
}

/// A text, or a parameter of the path in braces.
fn identifier(fields: &Fields<'_>, rule: DetailsRule, report: &mut Report) -> Option<DetailsRule> {
    let Some(field) = fields.get("identifier") else { return Some(rule) };
    let text = field.text("identifier = \"{account}\"", report)?;
    if text.is_empty() {
        report.fault(field.at(), "an empty `identifier` names nothing: write one, or a parameter, `\"{account}\"`");
        return None;
    }
    Some(match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(parameter) => rule.identifier_parameter(parameter),
        None => rule.identifier(text),
    })
}

fn others(fields: &Fields<'_>, rule: DetailsRule, report: &mut Report) -> Option<DetailsRule> {
    let Some(field) = fields.get("fields") else { return Some(rule) };
    let others = field.fields("fields = { currency = \"EUR\" }", report)?;
    others.all().into_iter().try_fold(rule, |rule, other| {
        let text = other.text("currency = \"EUR\"", report)?;
        Some(rule.field(other.name, text))
    })
}
