//! How the keys of an issuer are.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// How the keys of an issuer are, fit for a readiness endpoint: it serialises to names and whole seconds, and holds no key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyHealth {
    /// The state.
    pub state: KeyState,
    /// How long ago the set was confirmed by its origin. Serialised as `age_seconds`.
    #[serde(rename = "age_seconds", serialize_with = "seconds")]
    pub age: Option<Duration>,
    /// Why the last attempt to refresh it failed, if it did: a stable name, `"timeout"`.
    pub last_error: Option<&'static str>,
    /// When the next attempt is due. Serialised as `next_attempt_seconds`.
    #[serde(rename = "next_attempt_seconds", serialize_with = "seconds")]
    pub next_attempt: Option<Duration>,
}

/// What the keys are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyState {
    /// They change with the process alone.
    Static,
    /// There were none yet: every token is refused with 503.
    Pending,
    /// They are up to date.
    Fresh,
    /// They are served, and a refresh is due.
    Due,
    /// They are past their date and served while they cannot be refreshed.
    Stale,
    /// They are too old to be served: every token is refused with 503.
    Expired,
}

impl KeyState {
    /// Whether tokens can be verified.
    pub const fn is_ready(self) -> bool {
        !matches!(self, Self::Pending | Self::Expired)
    }
}

impl KeyHealth {
    /// Of a state, with nothing else known.
    pub const fn of(state: KeyState) -> Self {
        Self { state, age: None, last_error: None, next_attempt: None }
    }
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(serializer)
}
