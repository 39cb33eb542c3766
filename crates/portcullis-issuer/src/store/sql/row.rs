//! How rows are read and written.

use portcullis_core::{ScopeSet, Timestamp};

use crate::family::{EndReason, Ended, Family, FamilyKey, SecretHash, Seed, Spent};
use crate::keys::KeyRecord;
use crate::store::StoreError;

/// A family, in the order of the columns.
pub(in crate::store) type FamilyRow = (
    Vec<u8>,
    String,
    String,
    String,
    String,
    String,
    i64,
    Vec<u8>,
    i64,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// A signing key, in the order of the columns.
pub(in crate::store) type KeyRow = (i64, String, String, String, i64);

/// Somebody else has written it: it is not guessed what it may mean.
fn odd() -> StoreError {
    StoreError::new("a row is not as this issuer writes it")
}

/// Milliseconds. What is beyond them in a database is as good as never.
pub(in crate::store) fn to_number(time: Timestamp) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn time_of(number: i64) -> Result<Timestamp, StoreError> {
    u64::try_from(number).map(Timestamp::from_millis).map_err(|_| odd())
}

pub(in crate::store) fn number(generation: u64) -> Result<i64, StoreError> {
    i64::try_from(generation).map_err(|_| StoreError::new("the number of the key is too large"))
}

pub(in crate::store) fn family_key_of(bytes: &[u8]) -> Result<FamilyKey, StoreError> {
    FamilyKey::try_from(bytes).map_err(|_| odd())
}

fn hash_of(bytes: &[u8]) -> Result<SecretHash, StoreError> {
    SecretHash::try_from(bytes).map_err(|_| odd())
}

pub(in crate::store) fn family_of(row: FamilyRow) -> Result<Family, StoreError> {
    let (
        key,
        subject,
        client,
        resource,
        scopes,
        authentication,
        ends_at,
        current,
        idle_until,
        spent,
        seed,
        at,
        ended_at,
        reason,
    ) = row;
    Ok(Family {
        key: family_key_of(&key)?,
        subject,
        client,
        resource,
        scopes: ScopeSet::parse(&scopes).map_err(|_| odd())?,
        authentication: serde_json::from_str(&authentication).map_err(|_| odd())?,
        ends_at: time_of(ends_at)?,
        current: hash_of(&current)?,
        idle_until: time_of(idle_until)?,
        spent: spent_of(spent, seed, at)?,
        ended: ended_of(ended_at, reason)?,
    })
}

/// All of it, or nothing.
fn spent_of(hash: Option<Vec<u8>>, seed: Option<Vec<u8>>, at: Option<i64>) -> Result<Option<Spent>, StoreError> {
    match (hash, seed, at) {
        (None, None, None) => Ok(None),
        (Some(hash), Some(seed), Some(at)) => {
            let seed = Seed::try_from(&*seed).map_err(|_| odd())?;
            Ok(Some(Spent { hash: hash_of(&hash)?, seed, at: time_of(at)? }))
        }
        _ => Err(odd()),
    }
}

fn ended_of(at: Option<i64>, reason: Option<String>) -> Result<Option<Ended>, StoreError> {
    match (at, reason) {
        (None, None) => Ok(None),
        (Some(at), Some(reason)) => {
            Ok(Some(Ended { at: time_of(at)?, reason: EndReason::from_name(&reason).ok_or_else(odd)? }))
        }
        _ => Err(odd()),
    }
}

pub(in crate::store) fn key_of(row: KeyRow) -> Result<KeyRecord, StoreError> {
    let (generation, kid, algorithm, pem, sign_from) = row;
    Ok(KeyRecord {
        generation: u64::try_from(generation).map_err(|_| odd())?,
        kid,
        algorithm: algorithm.parse().map_err(|_| odd())?,
        pem,
        sign_from: time_of(sign_from)?,
    })
}
