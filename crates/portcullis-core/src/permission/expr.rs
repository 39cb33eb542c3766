//! The expression of a permission type, known while compiling.

use crate::Scopes;
use crate::scope::is_scope_token;

/// A scope literal that passed the grammar.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Literal(&'static str);

impl Literal {
    /// `None` outside the grammar of RFC 6749 §3.3: the macros turn that into a compile error.
    pub const fn check(scope: &'static str) -> Option<Self> {
        if is_scope_token(scope.as_bytes()) { Some(Self(scope)) } else { None }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The expression of a permission type: a scope, all of or any of.
#[derive(Clone, Copy, Debug)]
pub struct Expr(pub(super) Node);

#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    Scope(&'static str),
    All(&'static [Expr]),
    Any(&'static [Expr]),
}

impl Expr {
    #[doc(hidden)]
    pub const fn scope(scope: Literal) -> Self {
        Self(Node::Scope(scope.as_str()))
    }

    /// The macros and [`PermissionList`](super::PermissionList) keep the list from being empty.
    #[doc(hidden)]
    pub const fn all(parts: &'static [Self]) -> Self {
        Self(Node::All(parts))
    }

    /// The macros and [`PermissionList`](super::PermissionList) keep the list from being empty.
    #[doc(hidden)]
    pub const fn any(parts: &'static [Self]) -> Self {
        Self(Node::Any(parts))
    }

    /// Whether these scopes are enough, by themselves: nothing implies anything.
    pub fn allows(&self, scopes: Scopes<'_>) -> bool {
        self.judge(&|scope| scopes.contains_token(scope))
    }

    pub(crate) fn judge(&self, holds: &impl Fn(&str) -> bool) -> bool {
        match self.0 {
            Node::Scope(scope) => holds(scope),
            // An empty list, could one be made, would allow nothing.
            Node::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.judge(holds)),
            Node::Any(parts) => parts.iter().any(|part| part.judge(holds)),
        }
    }
}
