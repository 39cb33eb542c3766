//! The tables, in numbered steps.

use crate::store::StoreError;

/// The steps from nothing to the tables as they are now. A step is never changed once it was released: the next one is added.
pub(in crate::store) const STEPS: &[&str] = &[FIRST];

/// The number of the last step.
pub(in crate::store) const VERSION: i64 = 1;

const _: () = assert!(STEPS.len() == 1 && VERSION == 1, "one step for each version");

/// Held while the steps are taken, so that instances that start at once take them one after the other: "portculs".
#[cfg(feature = "postgres")]
pub(in crate::store) const PG_SCHEMA_LOCK: i64 = 0x706f_7274_6375_6c73;

/// Times are milliseconds since the Unix epoch. Hashes alone are kept of refresh tokens; signing keys are kept as they are.
const FIRST: &str = "
    CREATE TABLE portcullis_families (
        family BYTEA PRIMARY KEY,
        subject TEXT NOT NULL,
        client TEXT NOT NULL,
        resource TEXT NOT NULL,
        scopes TEXT NOT NULL,
        authentication TEXT NOT NULL,
        ends_at BIGINT NOT NULL,
        current_hash BYTEA NOT NULL,
        idle_until BIGINT NOT NULL,
        spent_hash BYTEA,
        seed BYTEA,
        spent_at BIGINT,
        ended_at BIGINT,
        ended_reason TEXT
    );
    CREATE INDEX portcullis_families_alive ON portcullis_families (subject) WHERE ended_at IS NULL;
    CREATE INDEX portcullis_families_end ON portcullis_families (ends_at);
    CREATE INDEX portcullis_families_idle ON portcullis_families (idle_until);
    CREATE TABLE portcullis_used (
        mark BYTEA PRIMARY KEY,
        until BIGINT NOT NULL
    );
    CREATE INDEX portcullis_used_until ON portcullis_used (until);
    CREATE TABLE portcullis_keys (
        generation BIGINT PRIMARY KEY,
        kid TEXT NOT NULL,
        algorithm TEXT NOT NULL,
        pem TEXT NOT NULL,
        sign_from BIGINT NOT NULL
    );
";

/// In the words of SQLite.
#[cfg(feature = "sqlite")]
pub(in crate::store) fn for_sqlite(step: &str) -> String {
    step.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER")
}

/// Which steps are still to be taken.
pub(in crate::store) fn check(version: Option<i64>) -> Result<usize, StoreError> {
    let version = version.unwrap_or(0);
    if version > VERSION { Err(newer(version)) } else { Ok(usize::try_from(version).unwrap_or(0)) }
}

/// A newer issuer has been here: what it wrote may mean something that this one does not know.
pub(in crate::store) fn newer(version: i64) -> StoreError {
    StoreError::new(format!(
        "its tables have version {version}, and this issuer knows them up to {VERSION}: update the issuer"
    ))
}
