//! What is told: `tracing` events, and `metrics` for whoever installed a recorder. Names of places and keys, never a key, and
//! never the `kid` of a token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::{SharedString, counter, gauge};
use portcullis_core::{KeyHealth, KeySet, KeyState, SkippedKey};
use tokio::time::Instant;

use crate::machine::UnknownKidVerdict;
use crate::origin::LoadError;

/// What one source tells; the docs of the crate have the names.
#[derive(Debug)]
pub(crate) struct Telemetry {
    origin: Arc<str>,
    told: Mutex<Told>,
}

/// What the log knows: it is told when something begins and ends, and of failures that go on once a minute.
#[derive(Debug, Default)]
struct Told {
    failure: Option<(&'static str, Instant)>,
    expired: bool,
}

const AGAIN: Duration = Duration::from_secs(60);

impl Telemetry {
    pub(crate) fn new(origin: Arc<str>) -> Self {
        Self { origin, told: Mutex::default() }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn label(&self) -> SharedString {
        Arc::clone(&self.origin).into()
    }

    fn fetched(&self, outcome: &'static str, forced: bool) {
        let forced = if forced { "true" } else { "false" };
        counter!("portcullis_jwks_fetches_total", "origin" => self.label(), "outcome" => outcome, "forced" => forced)
            .increment(1);
    }

    /// `None`: the set is what it was. `known` are the keys that were left out of the one before, and told of.
    pub(crate) fn succeeded(&self, keys: Option<&KeySet>, forced: bool, known: impl FnOnce() -> Vec<SkippedKey>) {
        if self.told().failure.take().is_some() {
            tracing::info!(origin = &*self.origin, "the keys can be fetched again");
        }
        let Some(keys) = keys else {
            tracing::debug!(origin = &*self.origin, forced, "the keys are unchanged");
            return self.fetched("unchanged", forced);
        };
        let count = keys.keys().count();
        tracing::debug!(origin = &*self.origin, forced, keys = count, "the keys are up to date");
        self.fetched("replaced", forced);
        gauge!("portcullis_jwks_keys", "origin" => self.label()).set(count as f64);
        let known = known();
        for skipped in keys.skipped().iter().filter(|skipped| !known.contains(skipped)) {
            let kid: Option<String> = skipped.kid().map(|kid| kid.chars().take(100).collect());
            tracing::warn!(origin = &*self.origin, ?kid, reason = %skipped.reason(), "a key of the set is left out");
        }
    }

    pub(crate) fn failed(&self, error: &LoadError, forced: bool) {
        let kind = error.kind().as_str();
        self.fetched(kind, forced);
        let mut told = self.told();
        if told.failure.is_none_or(|(last, since)| last != kind || since.elapsed() >= AGAIN) {
            told.failure = Some((kind, Instant::now()));
            tracing::warn!(origin = &*self.origin, forced, kind, "the keys cannot be fetched: {error}");
        }
    }

    pub(crate) fn unknown_kid(&self, verdict: UnknownKidVerdict) {
        let verdict = match verdict {
            UnknownKidVerdict::Refuse => "refused",
            UnknownKidVerdict::Wait => "waiting",
            UnknownKidVerdict::Unavailable(_) => "unavailable",
        };
        counter!("portcullis_jwks_unknown_kids_total", "origin" => self.label(), "verdict" => verdict).increment(1);
    }

    pub(crate) fn missed(&self, time: Duration) {
        tracing::info!(
            origin = &*self.origin,
            seconds = time.as_secs(),
            "the machine slept: the keys are older by that"
        );
    }

    /// However the task ended. A panic of the client is the one end that nobody asked for.
    pub(crate) fn stopped(&self) {
        if std::thread::panicking() {
            tracing::error!(origin = &*self.origin, "the HTTP client panicked: the keys are refreshed no longer");
        } else {
            tracing::debug!(origin = &*self.origin, "the keys are refreshed no longer");
        }
    }

    pub(crate) fn health(&self, health: &KeyHealth) {
        if let Some(age) = health.age {
            gauge!("portcullis_jwks_age_seconds", "origin" => self.label()).set(age.as_secs_f64());
        }
        gauge!("portcullis_jwks_ready", "origin" => self.label()).set(f64::from(u8::from(health.state.is_ready())));
        let expired = health.state == KeyState::Expired;
        let was_expired = std::mem::replace(&mut self.told().expired, expired);
        if expired && !was_expired {
            tracing::error!(
                origin = &*self.origin,
                "the keys are too old to be served: every token is refused with 503"
            );
        }
    }
}
