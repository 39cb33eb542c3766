//! Wildcards, where they are declared.

/// A scope that stands for every scope with its beginning: `orders:*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wildcard(Box<str>);

impl Wildcard {
    /// `None` for what does not end in a separator and one star: `*` alone would open everything, and `orders*` would take
    /// `orders-admin` for its own.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let prefix = text.strip_suffix('*')?;
        let named = prefix.trim_end_matches(SEPARATORS);
        let separated = named.len() < prefix.len();
        (separated && !named.is_empty() && !prefix.contains('*')).then(|| Self(text.into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for this scope, itself aside.
    pub(super) fn covers(&self, scope: &str) -> bool {
        let rest = self.0.strip_suffix('*').and_then(|prefix| scope.strip_prefix(prefix));
        rest.is_some_and(|rest| !rest.is_empty()) && *scope != *self.0
    }

    /// Whether it stands for every scope that begins like this.
    pub(super) fn covers_all(&self, beginning: &str) -> bool {
        self.0.strip_suffix('*').is_some_and(|prefix| beginning.starts_with(prefix))
    }
}

const SEPARATORS: [char; 3] = [':', '.', '/'];
