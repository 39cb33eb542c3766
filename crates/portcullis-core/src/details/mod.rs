//! Authorization details (RFC 9396): grants that say more than a scope can, one object each.
//!
//! Their shape was checked with the claims (T1), so that what is read here is read from good JSON.

mod detail;
mod rule;
mod show;

pub use detail::{AuthorizationDetail, DetailType};
pub use rule::DetailsRule;
