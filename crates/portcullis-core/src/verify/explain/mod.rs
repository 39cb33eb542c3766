//! A token explained rule by rule, for people. It calls the functions of [`rules`](super::rules) in the order in which a verifier
//! does, goes on where one is broken, and proves nothing.

mod explanation;
mod inspection;
mod judge;
mod ledger;
mod rule;
mod words;

pub use explanation::{Explanation, NotJudged, Outcome, Step};
pub use inspection::Inspection;
pub(super) use judge::Known;
