//! Appending to the stream, over a connection of its own: that of the follower waits most of the time.

use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use portcullis_core::Revocation;
use redis::aio::MultiplexedConnection;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::Fault;
use crate::reply::Place;
use crate::shared::Shared;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a revocation may take in all, with a connection that turns out broken and a new one.
const DEADLINE: Duration = Duration::from_secs(3);

/// How often this instance trims the stream, in milliseconds by the clock of Redis.
const TRIM_EVERY: u64 = 60_000;

/// The connection is opened when it is needed first, and shared by all who append.
#[derive(Default)]
pub(crate) struct Appender {
    connection: Mutex<Option<MultiplexedConnection>>,
    trimmed: AtomicU64,
}

impl Appender {
    pub(crate) async fn append(&self, shared: &Shared, revocation: &Revocation) -> Result<(), Fault> {
        let attempts = async {
            loop {
                let (mut connection, is_new) = self.connect(shared).await?;
                let appended = shared.stream.append(&mut connection, slice::from_ref(revocation)).await;
                match appended {
                    Ok(place) => return Ok((connection, place)),
                    // Another connection may lead to another Redis. An entry that was appended twice says the same.
                    Err(Fault::Unreachable | Fault::TimedOut | Fault::ReadOnly) if !is_new => self.close().await,
                    Err(fault) => {
                        self.close().await;
                        return Err(fault);
                    }
                }
            }
        };
        let (mut connection, place) = timeout(DEADLINE, attempts).await.unwrap_or(Err(Fault::TimedOut))?;
        let due = place.filter(|place| self.is_time_to_trim(place));
        if let Some(oldest) = due.and_then(|place| shared.oldest_needed(&place)) {
            // The entry is in. That old ones stay a while longer harms nobody.
            let _ = shared.stream.trim(&mut connection, oldest).await;
        }
        Ok(())
    }

    /// Forgets the connection; it closes when nobody waits for an answer on it any more.
    pub(crate) async fn close(&self) {
        self.connection.lock().await.take();
    }

    /// The connection, and whether it was opened for this.
    async fn connect(&self, shared: &Shared) -> Result<(MultiplexedConnection, bool), Fault> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok((connection.clone(), false));
        }
        let new = shared.stream.connect(PATIENCE).await?;
        *connection = Some(new.clone());
        Ok((new, true))
    }

    fn is_time_to_trim(&self, place: &Place) -> bool {
        let now = place.milliseconds();
        let due = |trimmed: u64| (now.saturating_sub(trimmed) >= TRIM_EVERY).then_some(now);
        self.trimmed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_ok()
    }
}
