//! One document over HTTP, and how long it is up to date.

mod exchange;
mod freshness;

pub(crate) use exchange::{Accepts, Answer, LONGEST, get};
