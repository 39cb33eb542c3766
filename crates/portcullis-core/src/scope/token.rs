//! One scope.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One scope, such as `orders:read`: a `scope-token` of RFC 6749 §3.3.
///
/// Scopes are compared whole, byte by byte: `orders:read` is neither `Orders:read` nor `orders:readwrite`.
///
/// ```
/// use portcullis_core::Scope;
///
/// assert!("orders:read".parse::<Scope>().is_ok());
/// assert!("orders read".parse::<Scope>().is_err()); // two scopes
/// assert!("".parse::<Scope>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Cow<'static, str>);

impl Scope {
    /// Checks a scope that is known only at run time. [`scope!`](crate::scope) checks a literal while compiling.
    ///
    /// # Errors
    /// When the text is not a `scope-token`.
    pub fn new(scope: impl Into<String>) -> Result<Self, InvalidScope> {
        let scope = scope.into();
        if is_scope_token(scope.as_bytes()) { Ok(Self(Cow::Owned(scope))) } else { Err(InvalidScope) }
    }

    #[doc(hidden)]
    pub const fn literal(scope: crate::permission::Literal) -> Self {
        Self(Cow::Borrowed(scope.as_str()))
    }

    /// A text that a permission type already carries.
    pub(crate) const fn literal_text(scope: &'static str) -> Self {
        Self(Cow::Borrowed(scope))
    }

    /// The scope as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(scope: &str) -> Result<Self, InvalidScope> {
        Self::new(scope)
    }
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`: printable ASCII without space, `"` and `\`.
pub(crate) const fn is_scope_token(mut bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    while let [first, rest @ ..] = bytes {
        if !matches!(first, 0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
            return false;
        }
        bytes = rest;
    }
    true
}

/// A text that is not a scope by the grammar of RFC 6749 §3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidScope;

impl fmt::Display for InvalidScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scope is printable ASCII without space, double quote and backslash, and not empty (RFC 6749 section 3.3)")
    }
}

impl std::error::Error for InvalidScope {}
