//! Where a claim is, without owning its name.

use std::borrow::Cow;

use super::ClaimPath;
use crate::token::find::find;
use crate::token::json::Reader;

/// Where a claim is, borrowed: a name, a path of names, or a [`ClaimPath`].
///
/// ```
/// use portcullis_core::{ClaimPath, ClaimRef};
///
/// let tenant = ClaimPath::from(["organization", "id"]);
/// let places: [ClaimRef<'_>; 3] = ["tenant".into(), (&["organization", "id"]).into(), (&tenant).into()];
/// # let _ = places;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimRef<'a>(Place<'a>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    Name(&'a str),
    Names(&'a [&'a str]),
    Path(&'a ClaimPath),
}

impl<'a> From<&'a str> for ClaimRef<'a> {
    /// One claim. Dots are part of the name.
    fn from(name: &'a str) -> Self {
        Self(Place::Name(name))
    }
}

impl<'a, const N: usize> From<&'a [&'a str; N]> for ClaimRef<'a> {
    fn from(path: &'a [&'a str; N]) -> Self {
        Self(Place::Names(path))
    }
}

impl<'a> From<&'a ClaimPath> for ClaimRef<'a> {
    fn from(path: &'a ClaimPath) -> Self {
        Self(Place::Path(path))
    }
}

impl ClaimRef<'_> {
    /// As [`ClaimPath::text`].
    pub(crate) fn text<'p>(&self, payload: &'p str) -> Option<Cow<'p, str>> {
        match self.0 {
            Place::Name(name) => find(payload, &[name], Reader::string),
            Place::Names(path) => find(payload, path, Reader::string),
            Place::Path(path) => path.text(payload),
        }
    }
}
