//! Permissions as values.

use std::fmt;
use std::ops::{BitAnd, BitOr};

use super::claim::{ClaimTest, Expected};
use super::expr::Node;
use super::facts::Answer;
use super::template::Template;
use super::{Expr, Permission};
use crate::claim::{ClaimPath, ClaimValue};
use crate::details::DetailsRule;
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
///
/// Beside scopes it can ask for a role, for the value of a claim, and for what binds the token to the object that the request
/// names: a claim that equals a parameter of the path, a scope with one in it, an authorization detail ([`DetailsRule`]). Where nobody knows the parameters, as in
/// [`Principal::require_value`](crate::Principal::require_value), these are refused.
///
/// ```
/// use portcullis_core::{ClaimPath, Requirement};
///
/// let own_tenant = Requirement::scope("orders:read")? & Requirement::claim_is_parameter("tenant", "tenant");
/// assert_eq!(own_tenant.to_string(), "orders:read & tenant = {tenant}");
/// let this_order = Requirement::scope_of("orders:{id}:read")?;
/// assert_eq!(this_order.parameters(), ["id"]);
/// let gold = Requirement::role("support") & Requirement::claim(ClaimPath::from("plan"), "gold");
/// # let _ = gold;
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Requirement(pub(super) Term);

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Term {
    Scope(Scope),
    ScopeOfResource(Template),
    Role(Box<str>),
    Claim(ClaimTest),
    Details(DetailsRule),
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

    /// Asks for the scope of the object that the path names: `orders:{id}:read`, where `id` is a parameter of the path. A brace
    /// of the scope itself is doubled. Only a value of letters, digits and `-._~@+` can stand there: with a separator or a `*` in
    /// it, one scope could be taken for another.
    ///
    /// # Errors
    /// When the text is not such a scope, or two parameters have no separator between them.
    pub fn scope_of(template: &str) -> Result<Self, InvalidScope> {
        let template = Template::parse(template)?;
        match template.plain() {
            Some(scope) => Self::scope(scope),
            None => Ok(Self(Term::ScopeOfResource(template))),
        }
    }

    /// Asks for a role, which [`Rules::roles_from`](crate::Rules::roles_from) finds in the token.
    pub fn role(role: impl Into<Box<str>>) -> Self {
        Self(Term::Role(role.into()))
    }

    /// Asks for a claim of this value, to the byte. A claim of another type never has it.
    pub fn claim(claim: impl Into<ClaimPath>, value: impl Into<ClaimValue>) -> Self {
        Self(Term::Claim(ClaimTest { claim: claim.into(), expected: Expected::Value(value.into()) }))
    }

    /// Asks that a claim is what a parameter of the path is, to the byte: `tenant` = `{tenant}`. An empty claim never is.
    pub fn claim_is_parameter(claim: impl Into<ClaimPath>, parameter: impl Into<Box<str>>) -> Self {
        Self(Term::Claim(ClaimTest { claim: claim.into(), expected: Expected::Parameter(parameter.into()) }))
    }

    /// Asks for all of them.
    ///
    /// # Errors
    /// When there is none: an all-of that asks nothing would let everyone in.
    pub fn all<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Result<Self, EmptyRequirement> {
        non_empty(parts).map(|parts| Self(Term::All(parts)))
    }

    /// Asks for any of them. A refusal names the first that scopes alone can meet: put the narrowest first.
    ///
    /// # Errors
    /// When there is none.
    pub fn any<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Result<Self, EmptyRequirement> {
        non_empty(parts).map(|parts| Self(Term::Any(parts)))
    }

    /// Whether these scopes are enough, by themselves: nothing implies anything, and there are no roles and no claims.
    pub fn allows(&self, scopes: Scopes<'_>) -> bool {
        self.judge(&scopes) == Answer::Yes
    }

    /// What a permission type asks for.
    pub fn from_type<P: Permission>() -> Self {
        Self::of(P::EXPR)
    }

    fn of(expr: Expr) -> Self {
        let each = |parts: &[Expr]| parts.iter().map(|part| Self::of(*part)).collect();
        Self(match expr.0 {
            Node::Scope(scope) => Term::Scope(Scope::literal_text(scope)),
            Node::All(parts) => Term::All(each(parts)),
            Node::Any(parts) => Term::Any(each(parts)),
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
        Self(Term::Scope(scope))
    }
}

/// Asks for an authorization detail (RFC 9396).
impl From<DetailsRule> for Requirement {
    fn from(rule: DetailsRule) -> Self {
        Self(Term::Details(rule))
    }
}

impl<R: Into<Self>> BitAnd<R> for Requirement {
    type Output = Self;

    fn bitand(self, other: R) -> Self {
        Self(Term::All(Box::new([self, other.into()])))
    }
}

impl<R: Into<Self>> BitOr<R> for Requirement {
    type Output = Self;

    fn bitor(self, other: R) -> Self {
        Self(Term::Any(Box::new([self, other.into()])))
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
