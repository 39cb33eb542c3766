//! A clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use portcullis_core::{Clock, ClockError, SystemClock, Timestamp};

/// A clock that stands still until it is moved. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use portcullis_core::{Clock, Timestamp};
/// use portcullis_testing::ManualClock;
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), Ok(Timestamp::from_secs(1_700_000_060)));
/// clock.fail();
/// assert!(clock.now().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<State>);

#[derive(Debug)]
struct State {
    milliseconds: AtomicU64,
    failed: AtomicBool,
}

impl ManualClock {
    /// Set to so many seconds after the Unix epoch.
    pub fn at(seconds: u64) -> Self {
        let milliseconds = AtomicU64::new(seconds.saturating_mul(1000));
        Self(Arc::new(State { milliseconds, failed: AtomicBool::new(false) }))
    }

    /// Set to the time of the system, in whole seconds.
    pub fn now_of_system() -> Self {
        Self::at(SystemClock.now().map_or(0, Timestamp::as_secs))
    }

    /// Moves it on, by milliseconds at the finest.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.0.milliseconds.fetch_add(by, Ordering::SeqCst);
    }

    /// Moves it back.
    pub fn rewind(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.0.milliseconds.fetch_sub(by, Ordering::SeqCst);
    }

    /// From now on it cannot tell the time.
    pub fn fail(&self) {
        self.0.failed.store(true, Ordering::SeqCst);
    }

    /// From now on it can tell the time again.
    pub fn mend(&self) {
        self.0.failed.store(false, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        if self.0.failed.load(Ordering::SeqCst) {
            return Err(ClockError);
        }
        let since = Duration::from_millis(self.0.milliseconds.load(Ordering::SeqCst));
        Ok(Timestamp::from_secs(0).saturating_add(since))
    }
}
