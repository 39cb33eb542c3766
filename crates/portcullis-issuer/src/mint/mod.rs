//! Access tokens (RFC 9068): what goes into one, and how much.

mod decide;
mod sign;
mod token;

pub use token::{AccessToken, Tokens};

pub(crate) use decide::{granted, scopes_entitled};
pub(crate) use sign::Minting;
