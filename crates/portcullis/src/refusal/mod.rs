//! Refusals on the wire: one core for HTTP and gRPC.

mod challenge;
mod protocol;
mod responder;
mod response;
mod status;

pub use protocol::Protocol;
pub use responder::{NoBody, ProblemDetails, Responder};
pub use response::Refusal;

pub(crate) use challenge::Challenge;
