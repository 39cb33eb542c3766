//! What the stores in SQL databases share: the tables, the statements, and how rows are written.
//!
//! A change is one statement that says itself what has to be so before it: whoever comes second finds it otherwise, on whatever
//! connection. Nothing depends on the state of a session, so connections may come from a pool in between.

mod attempt;
mod row;
mod schema;
mod statements;
mod store;

#[cfg(feature = "postgres")]
pub(super) use schema::PG_SCHEMA_LOCK;
#[cfg(feature = "sqlite")]
pub(super) use schema::for_sqlite;
pub(super) use schema::{STEPS, check};
#[cfg(feature = "postgres")]
pub(super) use schema::{VERSION, newer};
pub(super) use store::sql_store;

pub(crate) use attempt::{attempt, said};
pub(super) use row::{FamilyRow, KeyRow, family_key_of, family_of, key_of, number, to_number};
pub(super) use statements::*;
