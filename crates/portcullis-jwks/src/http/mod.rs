//! One HTTP exchange with a limit on everything.

#[cfg(feature = "client")]
mod built_in;
mod client;
mod exchange;
mod freshness;
mod place;

pub use client::{BuiltIn, Custom, HttpClient, NotNeeded, OverHttp};

pub(crate) use client::Client;
pub(crate) use exchange::{Accepts, Answer, LONGEST, get};
pub(crate) use place::{InvalidPlace, Place, Scheme};
