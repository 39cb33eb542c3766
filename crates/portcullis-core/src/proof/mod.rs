//! Proofs: what verification leaves behind. Each has one maker.

mod caller;
mod details;
mod granted;
mod granted_on;
mod owner;
mod principal;
mod verified;

pub use granted::Granted;
pub use granted_on::{GrantedOn, Resource};
pub use owner::Owner;
pub use principal::{Principal, SignedToken};

pub(crate) use verified::{Part, Verified};
