//! The scopes of a token, as a view.

use std::fmt;

use super::{Scope, is_scope_token};

/// The scopes that a token holds: a cheap view into it.
///
/// ```
/// use portcullis_core::{ScopeSet, scope};
///
/// let set = ScopeSet::parse("orders:read orders:write")?;
/// let scopes = set.as_scopes();
/// assert!(scopes.contains(&scope!("orders:read")));
/// assert!(!scopes.contains(&scope!("orders"))); // no prefix, no wildcard
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[derive(Clone, Copy)]
pub struct Scopes<'a>(&'a str);

impl<'a> Scopes<'a> {
    /// Reads a list as it stands in a token: entries separated by single spaces. An entry outside the grammar of
    /// RFC 6749 §3.3 stays in the list and never matches.
    pub(crate) const fn of_list(list: &'a str) -> Self {
        Self(list)
    }

    /// Whether the token holds this very scope.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.contains_token(scope.as_str())
    }

    /// As [`contains`](Self::contains), for a text that is known to be a scope: an entry equal to it is one too.
    pub(crate) fn contains_token(&self, scope: &str) -> bool {
        self.0.as_bytes().split(|byte| *byte == b' ').any(|entry| entry == scope.as_bytes())
    }

    /// Every well-formed scope in the order of the token.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split(' ').filter(|entry| is_scope_token(entry.as_bytes()))
    }

    /// Whether the token holds no scope at all.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// What a token says stays out of logs: how many there are has to do.
impl fmt::Debug for Scopes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({})", self.iter().count())
    }
}
