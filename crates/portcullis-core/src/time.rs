//! Time that can fail.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, as the time since the Unix epoch: what RFC 7519 §2 calls a `NumericDate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Duration);

impl Timestamp {
    /// The end of time: after every date.
    pub const FOREVER: Self = Self(Duration::MAX);

    /// The moment `seconds` after the Unix epoch.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The moment `milliseconds` after the Unix epoch.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(Duration::from_millis(milliseconds))
    }

    /// The moment `seconds` after the Unix epoch, fractions included; `None` for a number that is
    /// negative, not finite or too large to be a date.
    pub fn from_secs_f64(seconds: f64) -> Option<Self> {
        Duration::try_from_secs_f64(seconds).ok().map(Self)
    }

    /// Time since the Unix epoch.
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    pub const fn as_secs(self) -> u64 {
        self.0.as_secs()
    }

    /// Whole milliseconds since the Unix epoch, or the most that there can be.
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// This moment and `more`, or the end of time.
    pub const fn saturating_add(self, more: Duration) -> Self {
        Self(self.0.saturating_add(more))
    }

    /// This moment less `time`, or the Unix epoch.
    pub const fn saturating_sub(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(time))
    }

    /// How long after `earlier` this moment is; zero if it is before.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Where the time comes from.
///
/// A verifier reads it once per token. A clock that cannot tell the time says so, and the request is
/// refused with 500: nothing is ever judged by an assumed time.
///
/// ```
/// use portcullis_core::{Clock, ClockError, Timestamp};
///
/// #[derive(Debug)]
/// struct Stopped;
/// impl Clock for Stopped {
///     fn now(&self) -> Result<Timestamp, ClockError> {
///         Err(ClockError)
///     }
/// }
/// assert!(Stopped.now().is_err());
/// assert!(portcullis_core::SystemClock.now().is_ok());
/// ```
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time now.
    ///
    /// # Errors
    /// When the time cannot be told.
    fn now(&self) -> Result<Timestamp, ClockError>;
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Result<Timestamp, ClockError> {
        (**self).now()
    }
}

/// The clock of the operating system. It fails when set to before 1970.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map(Timestamp).map_err(|_| ClockError)
    }
}

/// The clock could not tell the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockError;

impl std::fmt::Display for ClockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the clock cannot tell the time")
    }
}

impl std::error::Error for ClockError {}

#[cfg(test)]
mod tests {
    use super::{Duration, Timestamp};

    #[test]
    fn milliseconds_are_whole_and_stop_at_the_most_there_can_be() {
        assert_eq!(Timestamp::from_millis(1_500).since_epoch(), Duration::from_millis(1_500));
        assert_eq!(Timestamp::from_secs_f64(1.9999).map(Timestamp::as_millis), Some(1_999));
        assert_eq!(Timestamp::from_millis(u64::MAX).as_millis(), u64::MAX);
        assert_eq!(Timestamp::FOREVER.as_millis(), u64::MAX);
    }

    #[test]
    fn nothing_is_before_the_epoch() {
        let time = Timestamp::from_secs(10);
        assert_eq!(time.saturating_sub(Duration::from_secs(4)), Timestamp::from_secs(6));
        assert_eq!(time.saturating_sub(Duration::from_secs(11)), Timestamp::from_secs(0));
    }
}
