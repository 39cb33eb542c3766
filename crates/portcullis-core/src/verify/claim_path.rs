//! Where the scopes are, if not where they usually are.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::token::claims::ScopeList;

/// Where a claim is: a name, or a path of names for a nested one.
///
/// ```
/// use portcullis_core::{ClaimPath, Rules};
///
/// let rules = Rules::new().scopes_from([ClaimPath::from(["realm_access", "roles"])]);
/// let rules = Rules::new().scopes_from(["permissions", "scope"]); // the first that is there
/// # let _ = rules;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClaimPath(Vec<String>);

impl From<&str> for ClaimPath {
    /// One claim. Dots are part of the name: `https://example.com/roles` is one claim.
    fn from(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }
}

impl<const N: usize> From<[&str; N]> for ClaimPath {
    fn from(path: [&str; N]) -> Self {
        Self(path.map(str::to_owned).to_vec())
    }
}

impl From<String> for ClaimPath {
    /// One claim, as from a text.
    fn from(name: String) -> Self {
        Self(vec![name])
    }
}

impl From<Vec<String>> for ClaimPath {
    fn from(path: Vec<String>) -> Self {
        Self(path)
    }
}

impl ClaimPath {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes at this place of a payload that was parsed before; `None` without the claim.
    pub(super) fn scopes<'p>(&self, payload: &'p str) -> Option<Cow<'p, str>> {
        At(&self.0).deserialize(&mut serde_json::Deserializer::from_str(payload)).ok().flatten()
    }
}

/// Goes down a path to a list of scopes.
struct At<'s>(&'s [String]);

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.0 {
            [] => ScopeList::WITH_ARRAYS.deserialize(deserializer).map(Some),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match self.0 {
                [first, rest @ ..] if *first == *name => found = map.next_value_seed(At(rest))?,
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(found)
    }
}
