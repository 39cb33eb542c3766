//! One guard for every check: readiness, the response future and the refusal, written once.
//!
//! A check is a pure, synchronous question about the head of a request; [`Guard`] asks it and acts on the verdict. Passing
//! calls the very service that was polled ready. Refusing and waiting give that reservation back, so that behind a
//! concurrency limit neither a refusal nor a forged `kid` holds a permit.

mod check;
mod future;
mod layer;
mod service;

pub use check::{Check, Head, Verdict};
pub use future::ResponseFuture;
pub use layer::GuardLayer;
pub use service::Guard;

pub(crate) use check::sealed;
