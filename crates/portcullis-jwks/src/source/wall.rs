//! Time that went by unnoticed.

use std::time::Duration;

use portcullis_core::{Clock, Timestamp};
use tokio::time::Instant;

/// Compares the clock on the wall with the one that timers go by. The latter stands still while a machine sleeps, and keys
/// must not stay young by it.
#[derive(Debug)]
pub(super) struct Wall {
    clock: Box<dyn Clock>,
    last: Option<(Timestamp, Instant)>,
}

/// Less than that is no sleep: the two may drift, and be set right.
const NOTICEABLE: Duration = Duration::from_secs(30);

impl Wall {
    pub(super) fn new(clock: Box<dyn Clock>) -> Self {
        Self { clock, last: None }
    }

    /// How much more time went by on the wall than for timers since this was last asked. A clock that is set back, or cannot
    /// tell, says nothing.
    pub(super) fn missed(&mut self) -> Option<Duration> {
        let now = (self.clock.now().ok()?, Instant::now());
        let last = self.last.replace(now)?;
        let missed = now.0.saturating_since(last.0).saturating_sub(now.1 - last.1);
        (missed > NOTICEABLE).then_some(missed)
    }
}
