//! What an operation asks of its callers.

use std::fmt;
use std::time::Duration;

use portcullis_core::Requirement;

/// What an operation asks of its callers: a requirement, or nothing for a written reason.
///
/// ```
/// use portcullis::Requirement;
/// use portcullis::policy::{Access, public};
///
/// portcullis::permissions! { pub ReadOrders = "orders:read"; }
///
/// let guarded = Access::from(ReadOrders);
/// assert_eq!(guarded.to_string(), "orders:read");
/// let open = Access::from(public("landing page, carries no data"));
/// assert_eq!(open.to_string(), "public: landing page, carries no data");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Callers need this.
    #[non_exhaustive]
    Require {
        /// The permission.
        requirement: Requirement,
        /// How long ago the token may have been issued.
        max_age: Option<Duration>,
    },
    /// Open to every caller, with or without a token.
    #[non_exhaustive]
    Public {
        /// Why.
        reason: Box<str>,
    },
}

impl Access {
    /// A requirement, for tokens that were issued no longer ago than this: `Access::recent(DeleteOrders, Duration::from_secs(300))`.
    pub fn recent(requirement: impl Into<Requirement>, max_age: Duration) -> Self {
        Self::Require { requirement: requirement.into(), max_age: Some(max_age) }
    }

    /// The requirement, unless it is public.
    pub const fn requirement(&self) -> Option<&Requirement> {
        match self {
            Self::Require { requirement, .. } => Some(requirement),
            Self::Public { .. } => None,
        }
    }

    /// The reason, if it is public.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Public { reason } => Some(reason),
            Self::Require { .. } => None,
        }
    }
}

/// Says that an operation is open to every caller, and why. A reason that is blank is an error when the table is built.
pub fn public(reason: impl Into<Box<str>>) -> Public {
    Public(reason.into())
}

/// See [`public`].
#[derive(Clone, Debug)]
#[must_use = "it opens nothing until it is given to an operation"]
pub struct Public(Box<str>);

impl From<Public> for Access {
    fn from(Public(reason): Public) -> Self {
        Self::Public { reason }
    }
}

/// A permission, a [`Scope`](crate::Scope), a [`Requirement`].
impl<R: Into<Requirement>> From<R> for Access {
    fn from(requirement: R) -> Self {
        Self::Require { requirement: requirement.into(), max_age: None }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Require { requirement, max_age: None } => fmt::Display::fmt(requirement, f),
            Self::Require { requirement, max_age: Some(age) } => {
                write!(f, "{requirement}, issued within {} s", age.as_secs())
            }
            Self::Public { reason } => write!(f, "public: {reason}"),
        }
    }
}
