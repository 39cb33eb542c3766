//! A router whose routes cannot be had without a guard.

mod access;
mod build;
mod check;
mod error;
mod guards;
mod methods;
mod nest;
mod parameters;
mod router;

pub use access::IntoAccess;
pub use error::RouterError;
pub use methods::{GuardedMethods, routing};
pub use router::GuardedRouter;
