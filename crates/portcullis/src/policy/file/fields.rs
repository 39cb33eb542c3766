//! Tables of the file, read field by field.

use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{Report, Span, quote};
use super::suggest::closest;

/// A value, and where it is.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// A text of a list, and where it is.
pub(super) type Word<'a> = (Span, &'a str);

/// A table.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// The header, or the braces and what is between them.
    pub(super) at: Span,
}

/// A field of a table.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) key: Span,
    pub(super) value: &'a Value<'a>,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(table: &'a DeTable<'a>, at: Span) -> Self {
        Self { table, at }
    }

    pub(super) fn get(&self, name: &str) -> Option<Field<'a>> {
        let (key, value) = self.table.get_key_value(name)?;
        Some(Field { name: key.get_ref(), key: key.span(), value })
    }

    /// All of them, in the order of the file.
    pub(super) fn all(&self) -> Vec<Field<'a>> {
        let each = self.table.iter().map(|(key, value)| Field { name: key.get_ref(), key: key.span(), value });
        let mut fields: Vec<_> = each.collect();
        fields.sort_by_key(|field| field.key.start);
        fields
    }

    /// Those of these names, in the order of the file.
    pub(super) fn among(&self, names: &[&str]) -> Vec<Field<'a>> {
        self.all().into_iter().filter(|field| names.contains(&field.name)).collect()
    }

    /// Reports the fields that have other names than these. `what` is the table: `an operation`.
    pub(super) fn expect(&self, what: &str, names: &[&str], report: &mut Report) {
        for field in self.all().into_iter().filter(|field| !names.contains(&field.name)) {
            let meant = closest(field.name, names);
            let meant = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            let names = names.join("`, `");
            let text = format!("unknown field {}: {what} has `{names}`{meant}", quote(field.name));
            report.fault(field.key, text);
        }
    }
}

/// In each of these, `None` was reported; `example` is a value to write instead.
impl<'a> Field<'a> {
    pub(super) fn at(&self) -> Span {
        self.value.span()
    }

    fn mistyped<T>(&self, takes: &str, example: &str, report: &mut Report) -> Option<T> {
        let (name, is) = (self.name, a_type(self.value));
        report.fault(self.at(), format!("{} takes {takes}, and this is {is}: write `{example}`", quote(name)));
        None
    }

    pub(super) fn text(&self, example: &str, report: &mut Report) -> Option<&'a str> {
        match self.value.get_ref().as_str() {
            Some(text) => Some(text),
            None => self.mistyped("a text", example, report),
        }
    }

    pub(super) fn truth(&self, report: &mut Report) -> Option<bool> {
        match self.value.get_ref().as_bool() {
            Some(truth) => Some(truth),
            None => self.mistyped("`true` or `false`", "true", report),
        }
    }

    pub(super) fn fields(&self, example: &str, report: &mut Report) -> Option<Fields<'a>> {
        match self.value.get_ref().as_table() {
            Some(table) => Some(Fields::new(table, self.at())),
            None => self.mistyped("a table", example, report),
        }
    }

    pub(super) fn list(&self, example: &str, report: &mut Report) -> Option<&'a [Value<'a>]> {
        match self.value.get_ref().as_array() {
            Some(list) => Some(list),
            None => self.mistyped("a list", example, report),
        }
    }

    /// A list of texts.
    pub(super) fn words(&self, example: &str, report: &mut Report) -> Option<Vec<Word<'a>>> {
        let each = self.list(example, report)?.iter().map(|value| self.word(value, example, report));
        // All of them, so that each mistake is told.
        each.collect::<Vec<_>>().into_iter().collect()
    }

    /// A text, or a list of texts.
    pub(super) fn word_or_words(&self, example: &str, report: &mut Report) -> Option<Vec<Word<'a>>> {
        match self.value.get_ref().as_str() {
            Some(text) => Some(vec![(self.at(), text)]),
            None => self.words(example, report),
        }
    }

    fn word(&self, value: &'a Value<'a>, example: &str, report: &mut Report) -> Option<Word<'a>> {
        match value.get_ref().as_str() {
            Some(text) => Some((value.span(), text)),
            None => Self { value, ..self.clone() }.mistyped("a list of texts", example, report),
        }
    }

    pub(super) fn duration(&self, example: &str, report: &mut Report) -> Option<Duration> {
        let text = match self.value.get_ref() {
            DeValue::String(text) => text,
            DeValue::Integer(number) => number.as_str(),
            _ => return self.mistyped("a duration", example, report),
        };
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let text = format!("{} has no unit: write `\"30s\"`, `\"5m\"` or `\"1h\"`", quote(text));
            report.fault(self.at(), text);
            return None;
        }
        let duration = humantime::parse_duration(text).ok();
        if duration.is_none() {
            let text = format!("{} is no duration: write `\"30s\"`, `\"5m\"` or `\"1h 30m\"`", quote(text));
            report.fault(self.at(), text);
        }
        duration
    }
}

/// What a value is, in words.
pub(super) fn a_type(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
