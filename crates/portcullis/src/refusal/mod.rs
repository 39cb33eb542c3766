//! Refusals on the wire: one core for HTTP and gRPC.

mod challenge;
mod protocol;
mod responder;
mod response;

pub use protocol::Protocol;
pub use responder::{NoBody, ProblemDetails, Responder};
pub use response::Refusal;

pub(crate) use challenge::Challenge;
