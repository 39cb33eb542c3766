//! `wildcards`, `[implies]` and `[roles]`.

use std::sync::Arc;

use portcullis_core::{AccessModel, ModelFault, ModelPart};

use super::fields::{Field, Fields, Word};
use super::place::{Report, Span};

/// A declaration: what it is about, where that is written, and the names that follow.
struct Entry<'a> {
    subject: ModelPart<'a>,
    at: Span,
    words: Vec<Word<'a>>,
}

/// Reads the model. With a fault in it, the roles are declared all the same: rules that ask for them are not at fault.
pub(super) fn read(root: &Fields<'_>, report: &mut Report) -> Arc<AccessModel> {
    let (mut entries, separate) = (Vec::new(), separate(root, report));
    wildcards(root, &mut entries, report);
    implications(root, &mut entries, report);
    roles(root, &mut entries, report);
    let mut model = AccessModel::builder();
    for Entry { subject, words, .. } in &entries {
        let words = words.iter().map(|(_, word)| *word);
        model = match *subject {
            ModelPart::Implication(scope) => model.implies(scope, words),
            ModelPart::Wildcard(wildcard) => model.wildcard(wildcard),
            ModelPart::Role(role) => model.role(role, words),
            _ => model.exclusive(words),
        };
    }
    let model = if separate { model.separate() } else { model };
    match model.build() {
        Ok(model) => Arc::new(model),
        Err(error) => {
            error.faults().iter().for_each(|fault| report.fault(place(fault, &entries), fault.to_string()));
            let names = entries.iter().filter_map(|entry| match entry.subject {
                ModelPart::Role(role) if !role.is_empty() => Some(role),
                _ => None,
            });
            let declared = names.fold(AccessModel::builder(), |model, role| model.role(role, [""; 0]));
            Arc::new(declared.build().unwrap_or_default())
        }
    }
}

fn wildcards<'a>(root: &Fields<'a>, entries: &mut Vec<Entry<'a>>, report: &mut Report) {
    let words = root.get("wildcards").and_then(|field| field.words("wildcards = [\"orders:*\"]", report));
    let each = words.into_iter().flatten();
    entries.extend(each.map(|(at, word)| Entry { subject: ModelPart::Wildcard(word), at, words: Vec::new() }));
}

fn implications<'a>(root: &Fields<'a>, entries: &mut Vec<Entry<'a>>, report: &mut Report) {
    let implies = root.get("implies").and_then(|field| field.fields("[implies]", report));
    for field in implies.iter().flat_map(Fields::all) {
        let words = field.words(example(&field, "\"orders:admin\" = [\"orders:read\"]"), report);
        entries.extend(words.map(|words| Entry { subject: ModelPart::Implication(field.name), at: field.key, words }));
    }
}

/// A table is there where a name with a dot has no quotes.
fn example(field: &Field<'_>, usual: &'static str) -> &'static str {
    if field.value.get_ref().is_table() { "\"name.with.dots\" = [\"orders:read\"]" } else { usual }
}

/// The settings of `[roles]`; every other field is a role.
const SEPARATE: &str = "separate";
const EXCLUSIVE: &str = "exclusive";

fn separate(root: &Fields<'_>, report: &mut Report) -> bool {
    let roles = root.get("roles").and_then(|field| field.fields("[roles]", &mut Report::default()));
    let field = roles.and_then(|roles| roles.get(SEPARATE));
    field.and_then(|field| field.truth(report)).unwrap_or_default()
}

fn roles<'a>(root: &Fields<'a>, entries: &mut Vec<Entry<'a>>, report: &mut Report) {
    let Some(roles) = root.get("roles").and_then(|field| field.fields("[roles]", report)) else { return };
    for field in roles.all().into_iter().filter(|field| ![SEPARATE, EXCLUSIVE].contains(&field.name)) {
        let words = field.words(example(&field, "support = [\"orders:read\"]"), report);
        entries.extend(words.map(|words| Entry { subject: ModelPart::Role(field.name), at: field.key, words }));
    }
    let Some(field) = roles.get(EXCLUSIVE) else { return };
    let example = "exclusive = [[\"support\", \"fulfilment\"]]";
    for (nth, set) in field.list(example, report).into_iter().flatten().enumerate() {
        let set = Field { value: set, ..field.clone() };
        let words = set.words(example, report);
        entries.extend(words.map(|words| Entry { subject: ModelPart::Exclusive(nth), at: set.at(), words }));
    }
}

/// Where a fault is written: the very word, or what it is about.
fn place(fault: &ModelFault, entries: &[Entry<'_>]) -> Span {
    let about = |subject: ModelPart<'_>| entries.iter().find(|entry| entry.subject == subject);
    let (subject, word) = match fault {
        // A wildcard may be the first, and it implies by itself.
        ModelFault::Cycle { scopes } => {
            let entry = scopes.iter().find_map(|scope| about(ModelPart::Implication(scope)));
            return entry.map(|entry| entry.at.clone()).unwrap_or_default();
        }
        ModelFault::InvalidScope { scope, .. } | ModelFault::SharedScope { scope, .. } => (fault.part(), Some(scope)),
        ModelFault::UnknownRole { role, .. } => (fault.part(), Some(role)),
        _ => (fault.part(), None),
    };
    let Some(entry) = about(subject) else { return Span::default() };
    let word = entry.words.iter().find(|(_, found)| word.is_some_and(|word| **word == **found));
    word.map_or(&entry.at, |(at, _)| at).clone()
}
