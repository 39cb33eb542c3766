//! What the handles, the follower and the appender have in common.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portcullis_core::{Clock, ClockError, MemoryRevocations, Revocation, Timestamp};
use tokio::sync::watch;

use crate::contact::Contact;
use crate::reply::Place;
use crate::stream::Stream;
use crate::{Fault, RevocationsHealth, RevokeError, entry, telemetry};

/// What was agreed on when the list was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) max_lag: Duration,
    pub(crate) retention: Duration,
    pub(crate) allow_while_away: bool,
}

impl Terms {
    /// How long Redis is to wait with an empty answer: so that several fit into `max_lag`.
    pub(crate) fn wait(&self) -> Duration {
        (self.max_lag / 4).min(Duration::from_secs(1))
    }
}

pub(crate) struct Shared {
    pub(crate) copy: MemoryRevocations,
    pub(crate) contact: Contact,
    pub(crate) stream: Stream,
    pub(crate) terms: Terms,
    /// Whether the first copy is there.
    pub(crate) is_whole: watch::Sender<bool>,
    clock: Arc<dyn Clock>,
    connected: AtomicBool,
    stopped: AtomicBool,
    /// Whether there may be an entry here that Redis did not take.
    owes: AtomicBool,
    last_fault: Mutex<Option<Fault>>,
    told: telemetry::Told,
}

impl Shared {
    pub(crate) fn new(stream: Stream, terms: Terms, clock: Arc<dyn Clock>) -> Self {
        Self {
            copy: MemoryRevocations::with_clock(Arc::clone(&clock)),
            contact: Contact::never(),
            stream,
            terms,
            is_whole: watch::Sender::new(false),
            clock,
            connected: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            owes: AtomicBool::new(false),
            last_fault: Mutex::new(None),
            told: telemetry::Told::default(),
        }
    }

    /// Whether the copy can be gone by. Asked for every request.
    pub(crate) fn is_current(&self) -> bool {
        self.contact.age().is_some_and(|age| self.terms.allow_while_away || age <= self.terms.max_lag)
    }

    pub(crate) fn health(&self) -> RevocationsHealth {
        let age = self.contact.age();
        RevocationsHealth {
            connected: self.connected.load(Ordering::Relaxed),
            away: age.is_none_or(|age| age > self.terms.max_lag),
            age,
            entries: self.copy.len(),
            last_error: self.last_fault(),
        }
    }

    pub(crate) fn last_fault(&self) -> Option<Fault> {
        *self.last_fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what was read. `None` is an entry that is none of ours.
    pub(crate) fn take(&self, entries: Vec<Option<Revocation>>) {
        let now = self.clock.now();
        let mut skipped = 0;
        for entry in entries {
            match entry {
                Some(entry) if is_over(&entry, now) => {}
                // Nobody here writes such: it would never be swept.
                Some(entry) if self.is_beyond(&entry, now) => skipped += 1,
                Some(entry) => self.copy.revoke(entry),
                None => skipped += 1,
            }
        }
        self.told.skipped(skipped);
    }

    /// Whether the others can have it: the stream has to keep it until the last token that it means has ended.
    pub(crate) fn may_be_shared(&self, revocation: &Revocation) -> Result<(), RevokeError> {
        if !entry::fits(revocation) {
            return Err(RevokeError::TooLong);
        }
        let now = self.clock.now().map_err(|ClockError| RevokeError::ClockFailed)?;
        let needed = revocation.until().saturating_add(Revocation::LEEWAY).saturating_since(now);
        if needed > self.terms.retention { Err(RevokeError::BeyondRetention) } else { Ok(()) }
    }

    /// Whether it outlasts what may be shared, and the minute by which clocks may differ.
    fn is_beyond(&self, revocation: &Revocation, now: Result<Timestamp, ClockError>) -> bool {
        let latest = self.terms.retention.saturating_add(Revocation::LEEWAY);
        now.is_ok_and(|now| revocation.until().saturating_since(now) > latest)
    }

    /// The age, since the Unix epoch, of the oldest entry that somebody may need, an entry at `place` having just been appended.
    /// Neither a Redis whose clock is ahead nor an instance whose own is makes anybody drop what is needed: the earlier one counts.
    pub(crate) fn oldest_needed(&self, place: &Place) -> Option<Duration> {
        let now = self.clock.now().ok()?.since_epoch();
        Some(now.min(Duration::from_millis(place.milliseconds())).saturating_sub(self.terms.retention))
    }

    /// The entries of the copy that the stream should have.
    pub(crate) fn held(&self) -> impl Iterator<Item = Revocation> {
        self.copy.sweep();
        self.copy.entries().into_iter().filter(|entry| self.may_be_shared(entry).is_ok())
    }

    /// There is an entry here that Redis did not take: the follower hands it on.
    pub(crate) fn owe(&self) {
        self.owes.store(true, Ordering::Release);
    }

    pub(crate) fn owes(&self) -> bool {
        self.owes.load(Ordering::Acquire)
    }

    /// All that is here is about to be handed on. What fails after this is owed again.
    pub(crate) fn settle(&self) {
        self.owes.store(false, Ordering::Release);
    }

    /// Redis is there, and the copy is whole.
    pub(crate) fn found(&self) {
        self.connected.store(true, Ordering::Relaxed);
        self.is_whole.send_replace(true);
        self.told.back();
    }

    /// The connection is gone.
    pub(crate) fn lost(&self, fault: Fault) {
        self.connected.store(false, Ordering::Relaxed);
        self.note(fault);
        self.told.away(fault);
        telemetry::measure(&self.health());
    }

    /// Something failed, though the connection stands.
    pub(crate) fn note(&self, fault: Fault) {
        *self.last_fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.connected.store(false, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

/// Whether no living token can meet it. With a clock that fails, nothing is over.
fn is_over(revocation: &Revocation, now: Result<Timestamp, ClockError>) -> bool {
    now.is_ok_and(|now| revocation.until().saturating_add(Revocation::LEEWAY) < now)
}
