//! Reading the whole stream, and handing on what it lacks.

use std::collections::HashMap;
use std::time::Duration;

use portcullis_core::Revocation;
use redis::aio::MultiplexedConnection;
use tokio::time::{Instant, sleep};

use crate::Fault;
use crate::backoff::up_to;
use crate::reply::Place;
use crate::shared::Shared;
use crate::stream::CHUNK;
use crate::telemetry;

/// Instances that find the stream empty at once hand their entries on at different moments, so that one does it for all.
const HEAD_START: Duration = Duration::from_millis(250);

/// How many entries are appended at once.
const BATCH: usize = 200;

/// Reads the stream from its start and makes the copy whole. What the copy held and the stream lacks is appended: Redis lost
/// it, or never got it. Returns the place of the entry that was read last.
pub(crate) async fn catch_up(shared: &Shared, connection: &mut MultiplexedConnection) -> Result<Place, Fault> {
    let (place, missing) = loop {
        shared.settle();
        let mut missing = Missing::of(shared.held());
        if let Some(place) = read_all(shared, connection, &mut missing).await? {
            break (place, missing);
        }
        // It vanished while it was read.
        sleep(up_to(HEAD_START)).await;
    };
    let missing: Vec<_> = missing.0.into_values().collect();
    for batch in missing.chunks(BATCH) {
        if let Err(fault) = shared.stream.append(connection, batch).await {
            // Reading goes on: a Redis whose memory is full, say, still tells of the others. A connection that broke is
            // noticed there.
            shared.owe();
            shared.note(fault);
            telemetry::not_handed_on(fault);
            return Ok(place);
        }
    }
    if !missing.is_empty() {
        telemetry::handed_on(missing.len());
    }
    Ok(place)
}

/// Reads from the start to the end, and to the end once more if anything is missing: another instance may be quicker to hand it
/// on. `None` if the data vanish underneath.
async fn read_all(
    shared: &Shared,
    connection: &mut MultiplexedConnection,
    missing: &mut Missing,
) -> Result<Option<Place>, Fault> {
    let Some(place) = read_on(shared, connection, Place::start(), missing).await? else { return Ok(None) };
    shared.found();
    if missing.0.is_empty() {
        return Ok(Some(place));
    }
    sleep(up_to(HEAD_START)).await;
    read_on(shared, connection, place, missing).await
}

/// Reads everything behind a place into the copy.
async fn read_on(
    shared: &Shared,
    connection: &mut MultiplexedConnection,
    mut place: Place,
    missing: &mut Missing,
) -> Result<Option<Place>, Fault> {
    loop {
        let asked = Instant::now();
        let Some(chunk) = shared.stream.read(connection, &place).await? else { return Ok(None) };
        let is_all = chunk.entries.len() < CHUNK;
        chunk.entries.iter().flatten().for_each(|found| missing.strike(found));
        shared.take(chunk.entries);
        place = chunk.last.unwrap_or(place);
        if is_all {
            shared.contact.confirm(asked);
            return Ok(Some(place));
        }
    }
}

/// Entries that were not seen in the stream.
struct Missing(HashMap<Name, Revocation>);

/// Claim, issuer, value.
type Name = (&'static str, Box<str>, Box<str>);

fn name(revocation: &Revocation) -> Name {
    let (claim, value) = revocation.claim();
    (claim, revocation.issuer().into(), value.into())
}

impl Missing {
    fn of(held: impl Iterator<Item = Revocation>) -> Self {
        Self(held.map(|revocation| (name(&revocation), revocation)).collect())
    }

    fn strike(&mut self, found: &Revocation) {
        if self.0.is_empty() {
            return;
        }
        let name = name(found);
        let is_said =
            |held: &Revocation| found.until() >= held.until() && found.issued_before() >= held.issued_before();
        if self.0.get(&name).is_some_and(is_said) {
            self.0.remove(&name);
        }
    }
}
