//! How a list is.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::Fault;

/// How a list is, fit for a readiness endpoint: it serialises to names, numbers and whole seconds, and holds no entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevocationsHealth {
    /// Whether there is a connection to Redis.
    pub connected: bool,
    /// Whether the copy is too old to go by, or not there yet: tokens are refused with 503.
    pub away: bool,
    /// How long ago the copy was known to be whole; `None` before the first time. Up to two seconds while all is well.
    /// Serialised as `age_seconds`.
    #[serde(rename = "age_seconds", serialize_with = "seconds")]
    pub age: Option<Duration>,
    /// How many entries the copy has.
    pub entries: usize,
    /// Why Redis could not be used the last time that it could not. It stays when Redis is back.
    pub last_error: Option<Fault>,
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(serializer)
}
