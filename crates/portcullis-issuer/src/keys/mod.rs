//! Signing keys: which one signs, which ones are published, and when that changes.
//!
//! A key is published for a while before it signs, so that everyone who keeps a copy of the key set has it by then, and until the last
//! token that it signed has expired. Both follow from one date, `sign_from`: there is nothing to switch over.

mod config;
mod keeper;
mod record;
mod ring;
mod source;

pub use config::{FixedKeys, IssuerKeys, KeptKeys};
pub use record::KeyRecord;
pub use source::IssuerKeySource;

pub(crate) use keeper::{Keeper, KeeperError};
pub(crate) use ring::Ring;
