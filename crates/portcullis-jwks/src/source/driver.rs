//! The task that keeps a source up to date.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::shared::{Shared, now};
use super::wall::Wall;
use crate::machine::Step;
use crate::origin::{LoadErrorKind, Origin};

/// How often the task looks up although nothing is due: at the clock on the wall, and to say how old the set is.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Does what the machine says, for ever.
pub(super) async fn drive(source: StopWhenDropped, mut origin: Box<dyn Origin>, limit: Duration, mut wall: Wall) {
    let shared = &source.0;
    loop {
        if let Some(time) = wall.missed() {
            shared.missed(time);
        }
        let step = shared.machine().step(now());
        match step {
            Step::Fetch { forced } => {
                let loaded = timeout(limit, origin.load()).await;
                shared.ended(loaded.unwrap_or_else(|_| Err(LoadErrorKind::Timeout.into())), forced);
            }
            Step::WaitUntil(next) => {
                let next = Instant::from_std(next).min(Instant::now() + HEARTBEAT);
                tokio::select! {
                    () = sleep_until(next) => shared.tick(),
                    () = shared.woken() => {}
                }
            }
            // Only when it was stopped: this task alone fetches, and it is not fetching.
            Step::Wait => return,
        }
    }
}

/// However the task ends, before it began, by being told to, with its runtime or in a panic of the client: nobody waits for it any
/// longer.
pub(super) struct StopWhenDropped(pub(super) Arc<Shared>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}
