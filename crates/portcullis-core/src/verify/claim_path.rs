//! Where a claim is, if not where it usually is.

use std::borrow::Cow;

use crate::token::claims::scope_list;
use crate::token::json::{Malformed, Reader};

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
        find(&mut Reader::new(payload), &self.0, scope_list).ok().flatten()
    }

    /// The text at this place of a payload that was parsed before; `None` without the claim, or if it is no text.
    pub(super) fn text<'p>(&self, payload: &'p str) -> Option<Cow<'p, str>> {
        find(&mut Reader::new(payload), &self.0, Reader::string).ok().flatten()
    }
}

/// Reads what is at the end of a path.
fn find<'p>(
    json: &mut Reader<'p>,
    path: &[String],
    read: fn(&mut Reader<'p>) -> Result<Cow<'p, str>, Malformed>,
) -> Result<Option<Cow<'p, str>>, Malformed> {
    let [first, rest @ ..] = path else { return read(json).map(Some) };
    let mut found = None;
    json.object(|json, name| {
        if *name == **first {
            found = find(json, rest, read)?;
            return Ok(());
        }
        json.skip()
    })?;
    Ok(found)
}
