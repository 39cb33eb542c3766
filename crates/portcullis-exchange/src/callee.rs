//! What is asked for: a token for one callee, and these scopes.

use std::fmt;

use http::Uri;
use portcullis_core::{Scope, ScopeSet};

/// Whom a token is for; [`Downscope::to`] makes it, and [`scopes`](Self::scopes) the whole of what is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "say what the token is to open with `scopes`"]
pub struct Callee {
    name: Box<str>,
    resource: bool,
}

/// A token for one callee, and no more than these scopes.
///
/// ```
/// use portcullis_exchange::Downscope;
///
/// let stock = Downscope::to("https://inventory.example.com").scopes(["stock:read"])?;
/// assert_eq!(stock.callee(), "https://inventory.example.com");
/// assert!(Downscope::to("inventory").scopes([""; 0]).is_err()); // everything? nothing?
/// # Ok::<(), portcullis_exchange::InvalidDownscope>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Downscope {
    callee: Callee,
    scopes: ScopeSet,
}

impl Downscope {
    /// A token for this callee: the exact `aud`. An `http` or `https` URL is asked for as `resource` (RFC 8707 §2), another name
    /// as `audience` (RFC 8693 §2.1).
    pub fn to(callee: impl Into<Box<str>>) -> Callee {
        let name = callee.into();
        let resource = ["https://", "http://"].iter().any(|scheme| name.starts_with(scheme));
        Callee { name, resource }
    }

    /// The callee: the exact `aud`.
    pub fn callee(&self) -> &str {
        &self.callee.name
    }

    /// The scopes.
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// The name of the parameter that the callee is.
    pub(crate) const fn parameter(&self) -> &'static str {
        if self.callee.resource { "resource" } else { "audience" }
    }
}

impl Callee {
    /// Asks for it as `audience`, though it is a URL.
    pub fn as_audience(mut self) -> Self {
        self.resource = false;
        self
    }

    /// With these scopes: the fewest that the call needs.
    ///
    /// # Errors
    /// When there are none, one is no scope, or the callee cannot be a `resource` or `audience`.
    pub fn scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Result<Downscope, InvalidDownscope> {
        let absolute = |name: &str| !name.contains('#') && name.parse::<Uri>().is_ok_and(|uri| uri.host().is_some());
        if self.name.is_empty() || self.name.chars().any(char::is_control) || self.resource && !absolute(&self.name) {
            return Err(InvalidDownscope::Callee);
        }
        let scopes: Result<ScopeSet, _> = scopes.into_iter().map(Scope::new).collect();
        let scopes = scopes.map_err(|_| InvalidDownscope::Scope)?;
        if scopes.is_empty() { Err(InvalidDownscope::NoScopes) } else { Ok(Downscope { callee: self, scopes }) }
    }
}

/// What makes no sense to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDownscope {
    /// The callee is empty, or a URL with a fragment or without a host.
    Callee,
    /// No scopes: the server would say which, and that may be all.
    NoScopes,
    /// Not a scope (RFC 6749 §3.3).
    Scope,
}

impl fmt::Display for InvalidDownscope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Callee => "the callee: give the exact `aud` that it takes, a URL without a fragment or a name",
            Self::NoScopes => {
                "no scopes: name the fewest that the call needs, or the server decides, and that may be all"
            }
            Self::Scope => {
                "not a scope: printable ASCII without space, double quote and backslash (RFC 6749 section 3.3)"
            }
        })
    }
}

impl std::error::Error for InvalidDownscope {}
