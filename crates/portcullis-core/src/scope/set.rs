//! Scope sets: what an issuer grants, what a client asks for.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{InvalidScope, Scope, Scopes};

/// A set of scopes, kept sorted and free of repetitions.
///
/// ```
/// use portcullis_core::ScopeSet;
///
/// let asked = ScopeSet::parse("orders:write orders:read")?;
/// let entitled = ScopeSet::parse("orders:read reports:read")?;
/// assert_eq!(asked.intersection(&entitled).to_string(), "orders:read");
/// assert!(!asked.is_subset(&entitled));
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet {
    /// Sorted, unique, separated by single spaces: its own view.
    list: String,
}

impl ScopeSet {
    /// The empty set.
    pub const fn new() -> Self {
        Self { list: String::new() }
    }

    /// Reads a list separated by single spaces (RFC 6749 §3.3). The empty text is the empty set.
    ///
    /// # Errors
    /// When an entry is not a scope: two spaces in a row, a tab, a quote.
    pub fn parse(list: &str) -> Result<Self, InvalidScope> {
        if list.is_empty() {
            return Ok(Self::new());
        }
        list.split(' ').map(Scope::new).collect()
    }

    /// The scopes in byte order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_scopes().iter()
    }

    /// This set as the view that permissions are judged on.
    pub fn as_scopes(&self) -> Scopes<'_> {
        Scopes::of_list(&self.list)
    }

    /// Whether this very scope is in the set.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.as_scopes().contains(scope)
    }

    /// Whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many scopes there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The scopes of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::of(self.iter().chain(other.iter()))
    }

    /// The scopes of both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let theirs: BTreeSet<&str> = other.iter().collect();
        Self::of(self.iter().filter(|scope| theirs.contains(scope)))
    }

    /// The scopes that the other set lacks.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let theirs: BTreeSet<&str> = other.iter().collect();
        Self::of(self.iter().filter(|scope| !theirs.contains(scope)))
    }

    /// Whether every scope is in the other set too.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }

    pub(crate) fn of<'a>(scopes: impl Iterator<Item = &'a str>) -> Self {
        let sorted: BTreeSet<&str> = scopes.collect();
        Self { list: sorted.into_iter().collect::<Vec<_>>().join(" ") }
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let scopes: Vec<Scope> = scopes.into_iter().collect();
        Self::of(scopes.iter().map(Scope::as_str))
    }
}

impl FromStr for ScopeSet {
    type Err = InvalidScope;

    fn from_str(list: &str) -> Result<Self, InvalidScope> {
        Self::parse(list)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.list)
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
