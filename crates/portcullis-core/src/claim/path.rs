//! Where a claim is, if not where it usually is.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::value::ClaimValue;
use crate::token::claims::scope_list;
use crate::token::find::find;
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
///
/// As a text, of a configuration file say, names are separated by dots, and one with anything in it but letters, digits, `_` and
/// `-` stands in quotes:
///
/// ```
/// use portcullis_core::ClaimPath;
///
/// let roles: ClaimPath = r#"resource_access."orders.api".roles"#.parse()?;
/// assert_eq!(roles, ClaimPath::from(["resource_access", "orders.api", "roles"]));
/// assert!("https://example.com/roles".parse::<ClaimPath>().is_err()); // one name, or three?
/// # Ok::<(), portcullis_core::InvalidClaimPath>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl FromStr for ClaimPath {
    type Err = InvalidClaimPath;

    fn from_str(text: &str) -> Result<Self, InvalidClaimPath> {
        let (mut path, mut rest) = (Vec::new(), text);
        loop {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or(InvalidClaimPath)?,
                None => rest.split_at_checked(rest.find('.').unwrap_or(rest.len())).ok_or(InvalidClaimPath)?,
            };
            if name.is_empty() || !rest.starts_with('"') && !name.bytes().all(is_bare) {
                return Err(InvalidClaimPath);
            }
            path.push(name.to_owned());
            match after.strip_prefix('.') {
                Some(after) => rest = after,
                None if after.is_empty() => return Ok(Self(path)),
                None => return Err(InvalidClaimPath),
            }
        }
    }
}

const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.0.iter().enumerate() {
            let dot = if i == 0 { "" } else { "." };
            if !name.is_empty() && name.bytes().all(is_bare) {
                write!(f, "{dot}{name}")?;
            } else {
                write!(f, "{dot}\"{name}\"")?;
            }
        }
        Ok(())
    }
}

/// A text that is no path of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidClaimPath;

impl fmt::Display for InvalidClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a claim is a name, or several separated by dots; one with anything but letters, digits, `_` and `-` in it stands in double quotes: `resource_access.\"orders.api\".roles`",
        )
    }
}

impl std::error::Error for InvalidClaimPath {}

impl ClaimPath {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes at this place of a payload that was parsed before; `None` without the claim.
    pub(crate) fn scopes<'p>(&self, payload: &'p str) -> Option<Cow<'p, str>> {
        find(payload, &self.0, scope_list)
    }

    /// The text at this place of a payload that was parsed before; `None` without the claim, or if it is no text.
    pub(crate) fn text<'p>(&self, payload: &'p str) -> Option<Cow<'p, str>> {
        find(payload, &self.0, Reader::string)
    }

    /// The names at this place: those of an array of strings, or a string as one. `None` without the claim.
    pub(crate) fn names(&self, payload: &str) -> Option<Box<[Box<str>]>> {
        find(payload, &self.0, names)
    }

    /// The value at this place; `None` without the claim, or if it is an object, an array, null or a fraction.
    pub(crate) fn value(&self, payload: &str) -> Option<ClaimValue> {
        find(payload, &self.0, value).flatten()
    }
}

/// Entries that are no text are no names.
fn names(json: &mut Reader<'_>) -> Result<Box<[Box<str>]>, Malformed> {
    let mut names = Vec::new();
    match json.peek() {
        Some(b'"') => names.push(json.string()?.into()),
        Some(b'[') => json.array(|json| {
            if json.peek() == Some(b'"') {
                names.push(json.string()?.into());
                return Ok(());
            }
            json.skip()
        })?,
        _ => json.skip()?,
    }
    Ok(names.into())
}

fn value(json: &mut Reader<'_>) -> Result<Option<ClaimValue>, Malformed> {
    Ok(match json.peek() {
        Some(b'"') => Some(ClaimValue::Text(json.string()?.into())),
        Some(b't') => json.skip().map(|()| Some(ClaimValue::Bool(true)))?,
        Some(b'f') => json.skip().map(|()| Some(ClaimValue::Bool(false)))?,
        Some(b'-' | b'0'..=b'9') => json.number()?.parse().ok().map(ClaimValue::Number),
        _ => json.skip().map(|()| None)?,
    })
}
