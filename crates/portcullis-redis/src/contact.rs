//! When this instance heard from Redis last.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The moment up to which the copy is known to be whole, by a clock that only goes forward. One atomic: every request asks.
pub(crate) struct Contact {
    start: Instant,
    /// Nanoseconds after `start`, and one; zero is never.
    last: AtomicU64,
}

impl Contact {
    pub(crate) fn never() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0) }
    }

    /// The copy holds all that Redis had at that moment.
    pub(crate) fn confirm(&self, at: Instant) {
        let since = at.saturating_duration_since(self.start).as_nanos();
        let since = u64::try_from(since).unwrap_or(u64::MAX).saturating_add(1);
        self.last.fetch_max(since, Ordering::Release);
    }

    /// How long ago that was.
    pub(crate) fn age(&self) -> Option<Duration> {
        let last = self.last.load(Ordering::Acquire).checked_sub(1)?;
        Some(self.start.elapsed().saturating_sub(Duration::from_nanos(last)))
    }
}
