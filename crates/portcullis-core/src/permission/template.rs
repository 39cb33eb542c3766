//! Scopes with a place for a path parameter: `orders:{id}:read`.

use std::borrow::Cow;
use std::fmt;

use super::facts::Parameters;
use crate::scope::{InvalidScope, is_scope_token};

/// A scope of one object: its text with path parameters in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Template(Box<[Piece]>);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Piece {
    Text(Box<str>),
    Parameter(Box<str>),
}

impl Template {
    /// Reads `orders:{id}:read`; braces of the scope itself are doubled, as in a path pattern.
    ///
    /// Something that no value can hold has to stand between two parameters: else `{a}{b}` would take `xy` and `z` for `x` and
    /// `yz`.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidScope> {
        let (mut pieces, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some((before, from)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
            literal.push_str(before);
            if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                literal.extend(from.chars().next());
                rest = after;
                continue;
            }
            let (name, after) = from.strip_prefix('{').and_then(|from| from.split_once('}')).ok_or(InvalidScope)?;
            pieces.push(Piece::Text(std::mem::take(&mut literal).into()));
            pieces.push(Piece::Parameter(name.into()));
            rest = after;
        }
        literal.push_str(rest);
        pieces.push(Piece::Text(literal.into()));
        // A text stands before and behind every parameter now, if an empty one.
        let last = pieces.len() - 1;
        let well_formed = pieces.iter().enumerate().all(|(i, piece)| match piece {
            Piece::Parameter(name) => !name.is_empty() && !name.contains('{'),
            Piece::Text(text) if i == 0 || i == last => text.is_empty() || is_scope_token(text.as_bytes()),
            Piece::Text(text) => is_scope_token(text.as_bytes()) && !text.bytes().all(is_value_byte),
        });
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        if well_formed && !pieces.is_empty() { Ok(Self(pieces.into())) } else { Err(InvalidScope) }
    }

    /// The scope itself, when there is no parameter in it.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &*self.0 {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Parameter(name) => Some(&**name),
        })
    }

    /// What every scope of this form begins with.
    pub(crate) fn prefix(&self) -> &str {
        match self.0.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether this is the scope of the object that the parameters name.
    pub(crate) fn is(&self, scope: &str, parameters: &dyn Parameters) -> bool {
        let rest = self.0.iter().try_fold(scope, |rest, piece| match piece {
            Piece::Text(text) => rest.strip_prefix(&**text),
            Piece::Parameter(name) => rest.strip_prefix(&*value(parameters, name)?),
        });
        rest == Some("")
    }

    /// The scope of the object that the parameters name; `None` when one is missing, or cannot stand in a scope.
    pub(crate) fn fill(&self, parameters: &dyn Parameters) -> Option<String> {
        self.0.iter().try_fold(String::new(), |mut scope, piece| {
            match piece {
                Piece::Text(text) => scope.push_str(text),
                Piece::Parameter(name) => scope.push_str(&value(parameters, name)?),
            }
            Some(scope)
        })
    }

    /// Whether there is an object whose scope this would be.
    pub(crate) fn could_be(&self, scope: &str) -> bool {
        let mut rest = scope;
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => match rest.strip_prefix(&**text) {
                    Some(after) => rest = after,
                    None => return false,
                },
                Piece::Parameter(_) => {
                    let end = rest.bytes().position(|byte| !is_value_byte(byte)).unwrap_or(rest.len());
                    match rest.split_at_checked(end) {
                        Some((value, after)) if !value.is_empty() => rest = after,
                        _ => return false,
                    }
                }
            }
        }
        rest.is_empty()
    }
}

/// A value that can stand in a scope without being taken for anything else: no separator, no wildcard.
fn value<'p>(parameters: &'p dyn Parameters, name: &str) -> Option<Cow<'p, str>> {
    parameters.get(name).filter(|value| !value.is_empty() && value.bytes().all(is_value_byte))
}

const fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@' | b'+')
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Parameter(name) => write!(f, "{{{name}}}"),
        })
    }
}
