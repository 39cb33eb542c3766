//! A family and a key as Redis keeps them.

use std::collections::HashMap;

use portcullis_core::{Algorithm, ScopeSet, Timestamp};
use serde::{Deserialize, Serialize};

use super::fault;
use crate::family::{Authentication, EndReason, Ended, Family, FamilyKey, Spent};
use crate::keys::KeyRecord;
use crate::store::StoreError;

/// The fields of a hash.
pub(super) type Fields = HashMap<String, Vec<u8>>;

/// What never changes of a family.
#[derive(Serialize, Deserialize)]
struct Grant {
    subject: String,
    client: String,
    resource: String,
    scopes: String,
    authentication: Authentication,
}

/// The fields of a family; `list` is the key of the families of its subject.
pub(super) fn fields(family: &Family, list: &str) -> Result<Vec<(&'static str, Vec<u8>)>, StoreError> {
    let grant = serde_json::to_vec(&Grant {
        subject: family.subject.clone(),
        client: family.client.clone(),
        resource: family.resource.clone(),
        scopes: family.scopes.to_string(),
        authentication: family.authentication.clone(),
    });
    let mut fields = vec![
        ("grant", grant.map_err(|_| StoreError::new("a family does not become JSON"))?),
        ("list", list.into()),
        ("ends_at", time(family.ends_at)),
        ("current", family.current.as_bytes().to_vec()),
        ("idle_until", time(family.idle_until)),
    ];
    if let Some(spent) = &family.spent {
        fields.push(("spent", spent.hash.as_bytes().to_vec()));
        fields.push(("seed", spent.seed.as_bytes().to_vec()));
        fields.push(("spent_at", time(spent.at)));
    }
    if let Some(ended) = &family.ended {
        fields.push(("ended_at", time(ended.at)));
        fields.push(("ended", ended.reason.as_str().into()));
    }
    Ok(fields)
}

/// A family from its fields; `None` if there are none.
pub(super) fn family(key: FamilyKey, fields: &Fields) -> Result<Option<Family>, StoreError> {
    if fields.is_empty() {
        return Ok(None);
    }
    read(key, fields).map(Some).ok_or_else(fault::foreign)
}

fn read(key: FamilyKey, fields: &Fields) -> Option<Family> {
    let bytes = |name: &str| fields.get(name).map(Vec::as_slice);
    let at = |name: &str| moment(bytes(name)?);
    let grant: Grant = serde_json::from_slice(bytes("grant")?).ok()?;
    let spent = match bytes("spent") {
        None => None,
        Some(hash) => {
            Some(Spent { hash: hash.try_into().ok()?, seed: bytes("seed")?.try_into().ok()?, at: at("spent_at")? })
        }
    };
    let ended = match bytes("ended") {
        // A family of which one half of its end is missing is no good one.
        None if bytes("ended_at").is_some() => return None,
        None => None,
        Some(reason) => {
            Some(Ended { at: at("ended_at")?, reason: EndReason::from_name(std::str::from_utf8(reason).ok()?)? })
        }
    };
    Some(Family {
        key,
        subject: grant.subject,
        client: grant.client,
        resource: grant.resource,
        scopes: ScopeSet::parse(&grant.scopes).ok()?,
        authentication: grant.authentication,
        ends_at: at("ends_at")?,
        current: bytes("current")?.try_into().ok()?,
        idle_until: at("idle_until")?,
        spent,
        ended,
    })
}

fn time(time: Timestamp) -> Vec<u8> {
    time.as_millis().to_string().into_bytes()
}

fn moment(text: &[u8]) -> Option<Timestamp> {
    std::str::from_utf8(text).ok()?.parse().ok().map(Timestamp::from_millis)
}

/// A signing key, beside its generation.
#[derive(Serialize, Deserialize)]
struct Key {
    kid: String,
    algorithm: String,
    pem: String,
    /// Milliseconds.
    sign_from: u64,
}

pub(super) fn key_text(key: &KeyRecord) -> Result<String, StoreError> {
    let key = Key {
        kid: key.kid.clone(),
        algorithm: key.algorithm.to_string(),
        pem: key.pem.clone(),
        sign_from: key.sign_from.as_millis(),
    };
    serde_json::to_string(&key).map_err(|_| StoreError::new("a key does not become JSON"))
}

/// The keys of the hash, oldest first.
pub(super) fn keys(texts: HashMap<u64, String>) -> Result<Vec<KeyRecord>, StoreError> {
    let mut keys = texts.into_iter().map(key).collect::<Option<Vec<_>>>().ok_or_else(fault::foreign)?;
    keys.sort_unstable_by_key(|key| key.generation);
    Ok(keys)
}

fn key((generation, text): (u64, String)) -> Option<KeyRecord> {
    let Key { kid, algorithm, pem, sign_from } = serde_json::from_str(&text).ok()?;
    let algorithm: Algorithm = algorithm.parse().ok()?;
    Some(KeyRecord { generation, kid, algorithm, pem, sign_from: Timestamp::from_millis(sign_from) })
}
