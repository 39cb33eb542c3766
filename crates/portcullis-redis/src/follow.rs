//! The task that keeps the copy in step with the stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Fault;
use crate::backoff::Backoff;
use crate::catch_up::catch_up;
use crate::shared::Shared;
use crate::stream::CHUNK;
use crate::telemetry;

/// How much longer than asked for an answer may take. Past that the connection counts as broken.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often what Redis would not take is offered again while all else goes well.
const OFFER_EVERY: Duration = Duration::from_secs(5);

/// How often the copy drops what has ended.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// Follows the stream until it is aborted, over one connection after another.
pub(crate) async fn follow(shared: Arc<Shared>) {
    let _stop = StopWhenDropped(&shared);
    let mut backoff = Backoff::default();
    loop {
        let Err(fault) = follow_one(&shared, &mut backoff).await;
        shared.lost(fault);
        sleep(backoff.next()).await;
    }
}

/// Follows it over one connection, until that breaks.
async fn follow_one(shared: &Shared, backoff: &mut Backoff) -> Result<Infallible, Fault> {
    let wait = shared.terms.wait();
    let mut connection = shared.stream.connect(wait + PATIENCE).await?;
    // Always from the start: behind a new connection there may be another Redis, or the same one without its data.
    let mut place = catch_up(shared, &mut connection).await?;
    backoff.reset();
    let (mut offered, mut swept) = (Instant::now(), Instant::now());
    loop {
        let asked = Instant::now();
        let chunk = shared.stream.wait(&mut connection, &place, wait).await?;
        let is_empty = place.is_start() && chunk.as_ref().is_some_and(|chunk| chunk.entries.is_empty());
        let owes = shared.owes() || (is_empty && !shared.copy.is_empty());
        let chunk = match chunk {
            Some(chunk) if !(owes && offered.elapsed() >= OFFER_EVERY) => chunk,
            // The entry that was read last is gone, and who knows what else; or there is something to offer.
            _ => {
                place = catch_up(shared, &mut connection).await?;
                offered = Instant::now();
                continue;
            }
        };
        let is_all = chunk.entries.len() < CHUNK;
        shared.take(chunk.entries);
        place = chunk.last.unwrap_or(place);
        if is_all {
            // As of the question: the answer may have been under way for a while.
            shared.contact.confirm(asked);
        }
        if swept.elapsed() >= SWEEP_EVERY {
            shared.copy.sweep();
            swept = Instant::now();
        }
        telemetry::measure(&shared.health());
    }
}

/// However the task ends: who asks is told, and a panic does not go unnoticed.
struct StopWhenDropped<'a>(&'a Shared);

impl Drop for StopWhenDropped<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!(
                "the task that follows the revocations panicked: every token is refused once the lag is over"
            );
        }
        self.0.stop();
    }
}
