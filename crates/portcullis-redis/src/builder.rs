//! A list in the making.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{Clock, SystemClock};
use tokio::runtime;

use crate::shared::{Shared, Terms};
use crate::stream::Stream;
use crate::{RedisRevocations, StartError, address};

/// Two answers of Redis have to fit.
const SHORTEST_LAG: Duration = Duration::from_millis(500);

/// A minute of leeway, and a minute of life.
const SHORTEST_RETENTION: Duration = Duration::from_secs(120);

/// A list in the making, see [`RedisRevocations::connect`].
#[must_use = "a list is made by `start`"]
pub struct RedisRevocationsBuilder {
    url: String,
    key: Box<str>,
    terms: Terms,
    clock: Arc<dyn Clock>,
}

impl RedisRevocationsBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            key: "portcullis:revocations".into(),
            terms: Terms {
                max_lag: Duration::from_secs(5),
                retention: Duration::from_secs(25 * 60 * 60),
                allow_while_away: false,
            },
            clock: Arc::new(SystemClock),
        }
    }

    /// The key of the stream, the same in all instances: `portcullis:revocations` by default.
    pub fn key(mut self, key: impl Into<Box<str>>) -> Self {
        self.key = key.into();
        self
    }

    /// For how long an instance that does not hear from Redis goes by its copy: 5 s by default, half a second at least. It is
    /// the longest that a revoked token is accepted while Redis cannot be reached.
    pub fn max_lag(mut self, max_lag: Duration) -> Self {
        self.terms.max_lag = max_lag;
        self
    }

    /// How long the stream keeps an entry, the same in all instances: 25 hours by default. It has to be longer than the longest
    /// lifetime of a token, by more than a minute.
    pub fn retention(mut self, retention: Duration) -> Self {
        self.terms.retention = retention;
        self
    }

    /// What says when entries end, instead of the clock of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The way to what weakens a rule. Say in a comment why you need it.
    pub fn dangerous(self) -> DangerousRevocations {
        DangerousRevocations(self)
    }

    /// Starts to follow the stream, on the Tokio runtime that this is called in: one with time and I/O enabled. It does not
    /// wait for Redis: [`ready`](RedisRevocations::ready) does.
    ///
    /// # Errors
    /// When a setting is no good, or there is no runtime.
    pub fn start(self) -> Result<RedisRevocations, StartError> {
        if self.key.is_empty() {
            return Err(StartError::EmptyKey);
        }
        if self.terms.max_lag < SHORTEST_LAG {
            return Err(StartError::ShortMaxLag);
        }
        if self.terms.retention < SHORTEST_RETENTION {
            return Err(StartError::ShortRetention);
        }
        let client = address::client(&self.url)?;
        let runtime = runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let shared = Shared::new(Stream::new(client, self.key), self.terms, self.clock);
        Ok(RedisRevocations::start(shared, runtime))
    }
}

impl fmt::Debug for RedisRevocationsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the URL: there may be a password in it.
        f.debug_struct("RedisRevocationsBuilder")
            .field("key", &self.key)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

/// What weakens a rule, see [`RedisRevocationsBuilder::dangerous`].
#[derive(Debug)]
pub struct DangerousRevocations(RedisRevocationsBuilder);

impl DangerousRevocations {
    /// Accepts what the copy does not name, however old the copy is: while Redis is away, tokens that are revoked elsewhere
    /// stay good here until they expire. Before the first copy is there, nothing can be told and nothing is accepted.
    pub fn allow_while_away(mut self) -> RedisRevocationsBuilder {
        self.0.terms.allow_while_away = true;
        self.0
    }
}
