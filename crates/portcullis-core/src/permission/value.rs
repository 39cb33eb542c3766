//! Permissions as values.

use std::fmt;
use std::ops::{BitAnd, BitOr};

use super::expr::Node;
use super::{Expr, Permission};
use crate::scope::{InvalidScope, Scope, Scopes};

/// A permission as a value: read from a file, built in a loop, handed to a layer.
///
/// ```
/// use portcullis_core::{Requirement, ScopeSet, scope};
///
/// let delete = Requirement::from(scope!("orders:write")) & Requirement::from(scope!("orders:delete"));
/// let admin = Requirement::scope("admin")?;
/// let either = delete | admin;
///
/// assert!(either.allows(ScopeSet::parse("admin")?.as_scopes()));
/// assert!(!either.allows(ScopeSet::parse("orders:write")?.as_scopes()));
/// assert_eq!(either.to_string(), "(orders:write & orders:delete) | admin");
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Requirement(Rule);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Rule {
    Scope(Scope),
    All(Box<[Requirement]>),
    Any(Box<[Requirement]>),
}

impl Requirement {
    /// Asks for one scope.
    ///
    /// # Errors
    /// When the text is not a scope by the grammar of RFC 6749 §3.3.
    pub fn scope(scope: &str) -> Result<Self, InvalidScope> {
        Scope::new(scope).map(Self::from)
    }

    /// Asks for all of them.
    ///
    /// # Errors
    /// When there is none: an all-of that asks nothing would let everyone in.
    pub fn all<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Result<Self, EmptyRequirement> {
        non_empty(parts).map(|parts| Self(Rule::All(parts)))
    }

    /// Asks for any of them. A refusal names the first: put the narrowest first.
    ///
    /// # Errors
    /// When there is none.
    pub fn any<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Result<Self, EmptyRequirement> {
        non_empty(parts).map(|parts| Self(Rule::Any(parts)))
    }

    /// Whether these scopes are enough.
    pub fn allows(&self, scopes: Scopes<'_>) -> bool {
        match &self.0 {
            Rule::Scope(scope) => scopes.contains(scope),
            // An empty list, could one be made, would allow nothing.
            Rule::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.allows(scopes)),
            Rule::Any(parts) => parts.iter().any(|part| part.allows(scopes)),
        }
    }

    /// The scopes to ask an issuer for, in the order written, each once: all of an all-of, the first of an any-of. This is
    /// what a refusal's challenge names, so that one round trip is enough and no client asks for more than the
    /// operation needs.
    pub fn scopes_to_ask(&self) -> Vec<&str> {
        let mut asked = Vec::new();
        self.collect(&mut asked);
        asked
    }

    fn collect<'a>(&'a self, asked: &mut Vec<&'a str>) {
        match &self.0 {
            Rule::Scope(scope) => {
                if !asked.contains(&scope.as_str()) {
                    asked.push(scope.as_str());
                }
            }
            Rule::All(parts) => parts.iter().for_each(|part| part.collect(asked)),
            Rule::Any(parts) => parts.iter().take(1).for_each(|part| part.collect(asked)),
        }
    }

    /// What a permission type asks for.
    pub fn from_type<P: Permission>() -> Self {
        Self::of(P::EXPR)
    }

    fn of(expr: Expr) -> Self {
        let each = |parts: &[Expr]| parts.iter().map(|part| Self::of(*part)).collect();
        Self(match expr.0 {
            Node::Scope(scope) => Rule::Scope(Scope::literal_text(scope)),
            Node::All(parts) => Rule::All(each(parts)),
            Node::Any(parts) => Rule::Any(each(parts)),
        })
    }
}

fn non_empty<R: Into<Requirement>>(parts: impl IntoIterator<Item = R>) -> Result<Box<[Requirement]>, EmptyRequirement> {
    let parts: Box<[Requirement]> = parts.into_iter().map(Into::into).collect();
    if parts.is_empty() { Err(EmptyRequirement) } else { Ok(parts) }
}

impl<P: Permission> From<P> for Requirement {
    fn from(_: P) -> Self {
        Self::from_type::<P>()
    }
}

impl From<Scope> for Requirement {
    fn from(scope: Scope) -> Self {
        Self(Rule::Scope(scope))
    }
}

impl<R: Into<Self>> BitAnd<R> for Requirement {
    type Output = Self;

    fn bitand(self, other: R) -> Self {
        Self(Rule::All(Box::new([self, other.into()])))
    }
}

impl<R: Into<Self>> BitOr<R> for Requirement {
    type Output = Self;

    fn bitor(self, other: R) -> Self {
        Self(Rule::Any(Box::new([self, other.into()])))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, operator) = match &self.0 {
            Rule::Scope(scope) => return fmt::Display::fmt(scope, f),
            Rule::All(parts) => (parts, " & "),
            Rule::Any(parts) => (parts, " | "),
        };
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                f.write_str(operator)?;
            }
            match &part.0 {
                Rule::Scope(scope) => fmt::Display::fmt(scope, f)?,
                Rule::All(_) | Rule::Any(_) => write!(f, "({part})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requirement({self})")
    }
}

/// An all-of or any-of without a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyRequirement;

impl fmt::Display for EmptyRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an all-of or any-of needs at least one member; an operation open to everyone needs no requirement")
    }
}

impl std::error::Error for EmptyRequirement {}
