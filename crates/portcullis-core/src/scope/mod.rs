//! Scopes: the words a token is made of (RFC 6749 §3.3).

mod set;
mod token;
mod view;

pub use set::ScopeSet;
pub use token::{InvalidScope, Scope};
pub use view::Scopes;

pub(crate) use token::is_scope_token;
