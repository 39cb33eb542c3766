//! The option on a method.

use std::time::Duration;

use portcullis::Requirement;
use portcullis::policy::{Access, Operation, Target, public};
use prost_reflect::{DynamicMessage, ExtensionDescriptor, MethodDescriptor, Value};

/// What stands in the option, each field only where it was written.
#[derive(Default)]
struct Fields {
    scope: Option<String>,
    all: Vec<String>,
    any: Vec<String>,
    role: Option<String>,
    public: Option<String>,
    max_age: Option<String>,
    report_only: bool,
}

/// The row that a method's option writes.
///
/// # Errors
/// What is wrong with it, and what to do.
pub(super) fn read(method: &MethodDescriptor, option: &ExtensionDescriptor) -> Result<Operation, String> {
    let options = method.options();
    if !options.has_extension(option) {
        return Err("it does not say what it asks of its callers: write `option (portcullis.v1.require) = { scope: \"..\" };`, \
                    or `{ public: \"why\" }` if it is open to everyone"
            .to_owned());
    }
    match &*options.get_extension(option) {
        Value::Message(message) => Fields::read(message)?.operation(name(method)),
        _ => Err(UNKNOWN.to_owned()),
    }
}

pub(super) fn name(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().full_name(), method.name())
}

const UNKNOWN: &str = "its option says something that this version of portcullis-tonic does not know: compile the set with \
                       the `portcullis/v1/require.proto` of this version";

impl Fields {
    fn read(message: &DynamicMessage) -> Result<Self, String> {
        let mut fields = Self::default();
        for (field, value) in message.fields() {
            match (field.name(), value) {
                ("scope", Value::String(scope)) => fields.scope = Some(scope.clone()),
                ("all", Value::List(scopes)) => fields.all = texts(scopes)?,
                ("any", Value::List(scopes)) => fields.any = texts(scopes)?,
                ("role", Value::String(role)) => fields.role = Some(role.clone()),
                ("public", Value::String(reason)) => fields.public = Some(reason.clone()),
                ("max_age", Value::String(age)) => fields.max_age = Some(age.clone()),
                ("report_only", Value::Bool(yes)) => fields.report_only = *yes,
                // Of a later version: what it would have restricted must not be lost.
                _ => return Err(UNKNOWN.to_owned()),
            }
        }
        if message.unknown_fields().next().is_some() {
            return Err(UNKNOWN.to_owned());
        }
        Ok(fields)
    }

    fn operation(self, name: String) -> Result<Operation, String> {
        let Self { scope, all, any, role, public: reason, max_age, report_only } = self;
        let open = reason.is_some();
        let mut accesses = Vec::new();
        accesses.extend(scope.map(|scope| demand(&scope).map(Access::from)));
        accesses.extend((!all.is_empty()).then(|| demands(&all, Requirement::all)));
        accesses.extend((!any.is_empty()).then(|| demands(&any, Requirement::any)));
        accesses.extend(role.map(|role| match role.trim() {
            "" => Err("its role is blank: name one of the access model".to_owned()),
            _ => Ok(Requirement::role(role).into()),
        }));
        accesses.extend(reason.map(|reason| match reason.trim() {
            "" => Err("it is public without a reason: write down why everybody may call it".to_owned()),
            _ => Ok(public(reason).into()),
        }));
        let mut accesses = accesses.into_iter();
        let (Some(access), None) = (accesses.next(), accesses.next()) else {
            return Err(
                "its option has none or several of `scope`, `all`, `any`, `role` and `public`: write exactly one; \
                        several scopes go into `all` or `any`"
                    .to_owned(),
            );
        };
        let mut operation = Operation::new(Target::rpc(name), access?);
        if open && (max_age.is_some() || report_only) {
            return Err(
                "it is public, so nobody is refused: leave `max_age` and `report_only` out, or say what it asks for"
                    .to_owned(),
            );
        }
        if let Some(text) = max_age {
            operation = operation.max_age(age(&text)?);
        }
        Ok(if report_only { operation.report_only() } else { operation })
    }
}

fn texts(values: &[Value]) -> Result<Vec<String>, String> {
    let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(|| UNKNOWN.to_owned())
}

/// As a template, so that a parameter, which no call of a procedure has, is named when the policy is built.
fn demand(scope: &str) -> Result<Requirement, String> {
    Requirement::scope_of(scope).map_err(|error| format!("`{}`: {error}", scope.escape_debug()))
}

/// Of one scope it is that scope: it reads the same, and equals what an annotation says.
fn demands<E: ToString>(
    scopes: &[String],
    combine: impl FnOnce(Vec<Requirement>) -> Result<Requirement, E>,
) -> Result<Access, String> {
    let parts = scopes.iter().map(|scope| demand(scope)).collect::<Result<Vec<_>, _>>()?;
    let requirement = match <[Requirement; 1]>::try_from(parts) {
        Ok([only]) => only,
        Err(parts) => combine(parts).map_err(|error| error.to_string())?,
    };
    Ok(requirement.into())
}

fn age(text: &str) -> Result<Duration, String> {
    let seconds = || {
        let unit = match text.bytes().last()? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            _ => return None,
        };
        let digits = text.get(..text.len().checked_sub(1)?)?;
        // `parse` would take a sign.
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())??;
        number.checked_mul(unit).filter(|seconds| *seconds > 0)
    };
    seconds()
        .map(Duration::from_secs)
        .ok_or_else(|| format!("its `max_age` of `{}` is no time: write \"90s\", \"5m\", \"1h\"", text.escape_debug()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::age;

    #[test]
    fn an_age_is_a_whole_number_of_a_unit() {
        for (text, seconds) in [("1s", 1), ("90s", 90), ("5m", 300), ("1h", 3600), ("007m", 420)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in
            ["", "s", "5", "0s", "0h", "+5m", "-5m", "5 m", "1.5h", "5M", "5d", "5ms", "5é", "99999999999999999h"]
        {
            assert!(age(text).is_err_and(|error| error.contains("is no time")), "{text}");
        }
    }
}
