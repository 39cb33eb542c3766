//! Permissions: expressions over scopes, named by a type or built as a value.
//!
//! A type ([`permissions!`](crate::permissions)) is what domain code asks a proof for; a value
//! ([`Requirement`]) is what a table or a configuration file holds. Both are the same algebra: a scope, all of, any of,
//! nested at will with `&` and `|`. It is monotonic (another scope never takes access away) and never vacuous (an empty
//! all-of or any-of cannot be built). What a scope implies and what a role stands for is not said here, but in an
//! [`AccessModel`](crate::AccessModel).

mod claim;
mod combine;
mod demand;
mod display;
mod expr;
mod facts;
mod judge;
mod macros;
mod same;
mod template;
mod value;

pub use combine::{AllOf, AnyOf, PermissionList};
pub use demand::Demand;
pub use expr::{Expr, Literal};
pub use facts::{Answer, Parameters};
pub use value::{EmptyRequirement, Requirement};

pub(crate) use claim::ClaimTest;
pub(crate) use facts::Facts;
pub(crate) use template::Template;

/// A permission named by a type.
///
/// Made by [`permissions!`](crate::permissions), or by combining others with [`AllOf`] and [`AnyOf`].
///
/// ```
/// use portcullis_core::{Permission, ScopeSet};
///
/// portcullis_core::permissions! {
///     /// Read the orders of the caller's tenant.
///     pub ReadOrders = "orders:read";
/// }
/// let reader = ScopeSet::parse("orders:read")?;
/// assert!(ReadOrders::EXPR.allows(reader.as_scopes()));
/// assert!(!ReadOrders::EXPR.allows(ScopeSet::new().as_scopes()));
/// # Ok::<(), portcullis_core::InvalidScope>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "not a permission",
    note = "name one with `portcullis::permissions! {{ pub ReadOrders = \"orders:read\"; }}`",
    note = "combine several with `AllOf<(A, B)>` or `AnyOf<(A, B)>`"
)]
pub trait Permission: 'static {
    /// What the permission asks for.
    const EXPR: Expr;
}
