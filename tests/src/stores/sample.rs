//! Families, steps, marks and keys to try a store with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use portcullis_core::{Algorithm, Clock, ScopeSet, SystemClock, Timestamp};
use portcullis_issuer::{
    Authentication, EndReason, Ended, Family, FamilyKey, KeyRecord, Rotation, SecretHash, Seed, UseMark,
};

/// The time of the system, to the millisecond. Not a made-up one: a store may let the server forget what is over.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millis(SystemClock.now().unwrap().as_millis())
}

/// Waits for real, and tells the time.
pub(super) async fn later(by: Duration) -> Timestamp {
    tokio::time::sleep(by).await;
    now()
}

pub(super) fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 60 * 60)
}

/// Bytes that no other call returns.
fn bytes<const N: usize>() -> [u8; N] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0xC3; N];
    bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub(super) fn key() -> FamilyKey {
    FamilyKey::from_bytes(bytes())
}

pub(super) fn hash() -> SecretHash {
    SecretHash::from_bytes(bytes())
}

pub(super) fn mark() -> UseMark {
    UseMark::from_bytes(bytes())
}

/// A login of this subject a moment ago.
pub(super) fn family(subject: &str) -> Family {
    let now = now();
    Family {
        key: key(),
        subject: subject.to_owned(),
        client: "web".to_owned(),
        resource: "https://orders.example.com".to_owned(),
        scopes: ScopeSet::parse("orders:read orders:write").unwrap(),
        authentication: Authentication::at(now).acr("urn:example:mfa").amr(["pwd", "otp"]),
        ends_at: now.saturating_add(hours(720)),
        current: hash(),
        idle_until: now.saturating_add(hours(168)),
        spent: None,
        ended: None,
    }
}

/// The next step of a family: to a token that nobody else has.
pub(super) fn step(family: &Family) -> Rotation {
    let now = now();
    Rotation {
        key: family.key,
        spent: family.current,
        current: hash(),
        seed: Seed::from_bytes(bytes()),
        at: now,
        idle_until: now.saturating_add(hours(169)),
    }
}

pub(super) fn ended(reason: EndReason) -> Ended {
    Ended { at: now(), reason }
}

/// A key that only a store would take for one.
pub(super) fn signing_key(generation: u64, kid: &str) -> KeyRecord {
    KeyRecord {
        generation,
        kid: kid.to_owned(),
        algorithm: Algorithm::ES256,
        pem: format!("-----BEGIN PRIVATE KEY-----\n{kid} '\"\\ %\n-----END PRIVATE KEY-----\n"),
        sign_from: now().saturating_add(hours(generation % 1000)),
    }
}
