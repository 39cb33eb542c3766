//! What things are called in Redis.

use std::time::Duration;

use base64_simd::URL_SAFE_NO_PAD;
use portcullis_core::Timestamp;
use sha2::{Digest, Sha256};

use crate::family::FamilyKey;
use crate::store::UseMark;

/// How much longer than needed all is kept: by so much may the clock of Redis jump.
pub(super) const MARGIN: Duration = Duration::from_secs(60 * 60);

/// The longest that Redis is told to keep anything: a hundred years.
pub(super) const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The names, all with one prefix.
pub(super) struct Names {
    prefix: Box<str>,
}

impl Names {
    pub(super) const fn new(prefix: Box<str>) -> Self {
        Self { prefix }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What the names of families begin with.
    pub(super) fn families(&self) -> String {
        format!("{}family:", self.prefix)
    }

    pub(super) fn family(&self, key: FamilyKey) -> String {
        format!("{}{}", self.families(), key.session_id())
    }

    /// The list of the families of a subject.
    pub(super) fn list(&self, subject: &str) -> String {
        format!("{}subject:{}", self.prefix, URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(subject)))
    }

    /// All families, by when they are over.
    pub(super) fn over(&self) -> String {
        format!("{}over", self.prefix)
    }

    pub(super) fn mark(&self, mark: &UseMark) -> String {
        format!("{}used:{}", self.prefix, URL_SAFE_NO_PAD.encode_to_string(mark.as_bytes()))
    }

    pub(super) fn layout(&self) -> String {
        format!("{}layout", self.prefix)
    }

    pub(super) fn signing_keys(&self) -> String {
        format!("{}keys", self.prefix)
    }
}

/// For how long something is kept, in milliseconds: counted from the time that the caller gave, never by the clock of Redis.
pub(super) fn keep(until: Timestamp, now: Timestamp) -> u64 {
    millis(until.saturating_since(now).saturating_add(MARGIN).min(LONGEST))
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_kept_an_hour_longer_and_no_longer_than_redis_can_count() {
        let now = Timestamp::from_secs(1_800_000_000);
        assert_eq!(keep(now.saturating_add(Duration::from_secs(60)), now), 3_660_000);
        assert_eq!(keep(Timestamp::from_secs(0), now), 3_600_000, "over before it began");
        assert_eq!(keep(Timestamp::FOREVER, now), millis(LONGEST));
    }
}
