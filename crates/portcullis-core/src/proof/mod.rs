//! Proofs: what verification leaves behind. Each has one maker.

mod granted;
mod principal;
mod verified;

pub use granted::Granted;
pub use principal::{Principal, SignedToken};

pub(crate) use verified::{Part, Verified};
