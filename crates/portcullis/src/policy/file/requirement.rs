//! `require` and `where`.

use portcullis_core::{ClaimPath, ClaimValue, Requirement};
use toml::de::DeValue;

use super::details;
use super::fields::{Field, Fields, Value, a_type};
use super::place::{Report, Span, quote};

/// The parts that a requirement is made of, each where it is written.
pub(super) type Parts = Vec<(Span, Requirement)>;

/// The forms of a requirement, one of which stands in its table. A new one has its name in both lists, and its arm in [`form`].
const FORMS: [&str; 6] = ["scope", "all", "any", "role", "claim", "details"];
const FIELDS: [&str; 7] = ["scope", "all", "any", "role", "claim", "equals", "details"];

/// Reads a requirement: a text is a scope, a table is one of the forms. `None` was reported.
pub(super) fn read(value: &Value<'_>, parts: &mut Parts, report: &mut Report) -> Option<Requirement> {
    match value.get_ref() {
        DeValue::String(text) => part(value.span(), scope(text, value.span(), report), parts),
        DeValue::Table(table) => {
            let fields = Fields::new(table, value.span());
            fields.expect("a requirement", &FIELDS, report);
            one_form(&fields, parts, report)
        }
        _ => {
            let text = format!(
                "a requirement is a scope, `\"orders:read\"`, or a table, `{{ any = [\"orders:read\", \"orders:all\"] }}`, and this is {}",
                a_type(value)
            );
            report.fault(value.span(), text);
            None
        }
    }
}

fn one_form(fields: &Fields<'_>, parts: &mut Parts, report: &mut Report) -> Option<Requirement> {
    let forms = fields.among(&FORMS);
    let equals = fields.get("equals");
    if let Some(equals) = &equals
        && fields.get("claim").is_none()
    {
        report.fault(equals.key.clone(), "`equals` is the value of a claim: name it, `claim = \"plan\"`");
        return None;
    }
    match forms.as_slice() {
        [only] => form(only, equals, parts, report),
        [] => {
            // An unknown field was reported already.
            if fields.all().is_empty() {
                let text = "it asks for nothing, which would let everyone in: write one of `scope`, `all`, `any`, `role`, `claim`, `details`";
                report.fault(fields.at.clone(), text);
            }
            None
        }
        [first, others @ ..] => {
            for other in others {
                let (first, name) = (first.name, other.name);
                let text =
                    format!("`{name}` beside `{first}`: a requirement is one of them; for both write `all = [.., ..]`");
                report.fault(other.key.clone(), text);
            }
            None
        }
    }
}

fn form(field: &Field<'_>, equals: Option<Field<'_>>, parts: &mut Parts, report: &mut Report) -> Option<Requirement> {
    match field.name {
        "all" => Requirement::all(list(field, parts, report)?).ok(),
        "any" => Requirement::any(list(field, parts, report)?).ok(),
        "role" => {
            let role = field.text("role = \"support\"", report)?;
            if role.is_empty() {
                report.fault(field.at(), "a role has a name: write `role = \"support\"`");
                return None;
            }
            part(field.at(), Some(Requirement::role(role)), parts)
        }
        "details" => part(field.at(), details::read(field, report), parts),
        "claim" => {
            let claim = claim(field.text("claim = \"plan\"", report)?, field.at(), report);
            let Some(equals) = equals else {
                let text = "`claim` needs its value beside it: write `equals = \"gold\"`; a claim that equals a parameter of the path \
                            goes into `where`";
                report.fault(field.key.clone(), text);
                return None;
            };
            let value = claim_value(&equals, report);
            part(field.at(), Some(Requirement::claim(claim?, value?)), parts)
        }
        _ => {
            let text = field.text("scope = \"orders:read\"", report)?;
            part(field.at(), scope(text, field.at(), report), parts)
        }
    }
}

fn part(at: Span, requirement: Option<Requirement>, parts: &mut Parts) -> Option<Requirement> {
    parts.extend(requirement.iter().map(|requirement| (at.clone(), requirement.clone())));
    requirement
}

fn list(field: &Field<'_>, parts: &mut Parts, report: &mut Report) -> Option<Vec<Requirement>> {
    let list = field.list(&format!("{} = [\"orders:read\"]", field.name), report)?;
    if list.is_empty() {
        let text =
            format!("`{}` asks for nothing: name at least one; an operation for everyone is `public`", field.name);
        report.fault(field.at(), text);
        return None;
    }
    let read: Vec<_> = list.iter().map(|value| read(value, parts, report)).collect();
    read.into_iter().collect()
}

fn scope(text: &str, at: Span, report: &mut Report) -> Option<Requirement> {
    let requirement = Requirement::scope_of(text).ok();
    if requirement.is_none() {
        let repair = if text.contains(['{', '}']) {
            "a parameter of the path stands in braces, with a separator between two of them, as in `orders:{id}:read`; a brace of the \
             scope itself is doubled"
        } else {
            "printable ASCII without space, double quote and backslash; several are a list, `{ all = [\"orders:read\", \"orders:write\"] }`"
        };
        report.fault(at, format!("{} is not a scope: {repair}", quote(text)));
    }
    requirement
}

/// Reads a path of claims.
pub(super) fn claim(text: &str, at: Span, report: &mut Report) -> Option<ClaimPath> {
    match text.parse() {
        Ok(claim) => Some(claim),
        Err(invalid) => {
            report.fault(at, format!("{} is not a claim: {invalid}", quote(text)));
            None
        }
    }
}

fn claim_value(field: &Field<'_>, report: &mut Report) -> Option<ClaimValue> {
    match field.value.get_ref() {
        DeValue::String(text) => return Some(ClaimValue::from(&**text)),
        DeValue::Boolean(truth) => return Some(ClaimValue::from(*truth)),
        DeValue::Integer(number) => {
            if let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) {
                return Some(ClaimValue::from(number));
            }
            report.fault(field.at(), "the number is too large: it has 64 bits and a sign");
        }
        _ => {
            let text =
                format!("a claim equals a text, a whole number or a truth value, and this is {}", a_type(field.value));
            report.fault(field.at(), text);
        }
    }
    None
}

/// Reads `where`: claims that equal parameters of the path.
pub(super) fn bound(field: &Field<'_>, parts: &mut Parts, report: &mut Report) -> Option<Vec<Requirement>> {
    let fields = field.fields("where = { tenant = \"claim:tenant\" }", report)?;
    if fields.all().is_empty() {
        report.fault(field.at(), "`where` binds nothing: write `{ tenant = \"claim:tenant\" }`, or leave it out");
        return None;
    }
    let each: Vec<_> = fields.all().iter().map(|field| is_parameter(field, parts, report)).collect();
    each.into_iter().collect()
}

fn is_parameter(field: &Field<'_>, parts: &mut Parts, report: &mut Report) -> Option<Requirement> {
    let text = field.text("tenant = \"claim:tenant\"", report)?;
    let Some(path) = text.strip_prefix("claim:") else {
        let text = format!("{} does not say which claim the parameter equals: write `\"claim:tenant\"`", quote(text));
        report.fault(field.at(), text);
        return None;
    };
    let claim = claim(path, field.at(), report)?;
    part(field.key.clone(), Some(Requirement::claim_is_parameter(claim, field.name)), parts)
}
