//! What requests and the task share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwapOption;
use portcullis_core::{KeyHealth, KeySet, KeysPending, SkippedKey, UnknownKid};
use tokio::sync::{Notify, watch};

use crate::machine::{Loaded, Machine, UnknownKidVerdict};
use crate::origin::LoadError;
use crate::telemetry::Telemetry;

/// What requests and the task share. On the request path a known `kid` costs one atomic load and a look at the clock; the lock is
/// for what is rare, and nobody holds it while waiting.
#[derive(Debug)]
pub(super) struct Shared {
    /// As the machine has it, for requests.
    snapshot: ArcSwapOption<Snapshot>,
    machine: Mutex<Machine<Arc<KeySet>>>,
    /// A `kid` is waiting for a fetch.
    wake: Notify,
    /// A fetch has ended, or there will be none.
    ended: watch::Sender<()>,
    telemetry: Telemetry,
    /// Of the last fetch, if it failed.
    last_error: Mutex<Option<LoadError>>,
}

#[derive(Debug)]
struct Snapshot {
    keys: Arc<KeySet>,
    serve_until: Instant,
}

pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

impl Shared {
    pub(super) fn new(machine: Machine<Arc<KeySet>>, telemetry: Telemetry) -> Self {
        Self {
            snapshot: ArcSwapOption::empty(),
            machine: Mutex::new(machine),
            wake: Notify::new(),
            ended: watch::Sender::new(()),
            telemetry,
            last_error: Mutex::default(),
        }
    }

    pub(super) fn current(&self) -> Option<Arc<KeySet>> {
        let snapshot = self.snapshot.load();
        let snapshot = snapshot.as_ref().filter(|snapshot| now() < snapshot.serve_until)?;
        Some(Arc::clone(&snapshot.keys))
    }

    pub(super) fn unknown_kid(&self, kid: &str) -> UnknownKid {
        let (verdict, mut ended) = {
            let mut machine = self.machine();
            // While the machine is held no fetch can end: none is missed.
            (machine.unknown_kid(kid, now()), self.ended.subscribe())
        };
        self.telemetry.unknown_kid(verdict);
        match verdict {
            UnknownKidVerdict::Refuse => UnknownKid::Refuse,
            UnknownKidVerdict::Unavailable(retry_after) => UnknownKid::Unavailable { retry_after },
            UnknownKidVerdict::Wait => {
                self.wake.notify_one();
                UnknownKid::Wait(KeysPending::new(async move {
                    // An error means that there will be no fetch: that too ends the wait.
                    let _ = ended.changed().await;
                }))
            }
        }
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// The fetch under way has ended.
    pub(super) fn ended(&self, result: Result<Loaded<KeySet>, LoadError>, forced: bool) {
        match result {
            Ok(Loaded { keys, lifetime }) => {
                let keys = keys.map(Arc::new);
                self.telemetry.succeeded(keys.as_deref(), forced, || self.skipped());
                let mut machine = self.machine();
                machine.succeeded(Loaded { keys, lifetime }, now());
                self.publish(&machine);
                drop(machine);
                *self.last_error_slot() = None;
            }
            Err(error) => {
                self.telemetry.failed(&error, forced);
                self.machine().failed(error.kind().as_str(), now());
                *self.last_error_slot() = Some(error);
            }
        }
        self.tick();
        self.ended.send_replace(());
    }

    /// The keys left out of the set at hand.
    fn skipped(&self) -> Vec<SkippedKey> {
        self.snapshot.load().as_ref().map(|snapshot| snapshot.keys.skipped().to_vec()).unwrap_or_default()
    }

    /// While the machine is held: whoever is told of a set finds it.
    fn publish(&self, machine: &Machine<Arc<KeySet>>) {
        let snapshot = machine.serving().map(|(keys, serve_until)| Snapshot { keys: Arc::clone(keys), serve_until });
        self.snapshot.store(snapshot.map(Arc::new));
    }

    /// Time went by that timers do not know of.
    pub(super) fn missed(&self, time: std::time::Duration) {
        self.telemetry.missed(time);
        let mut machine = self.machine();
        machine.missed(time, now());
        self.publish(&machine);
    }

    /// There will be no more fetches: whoever waits for one is told.
    pub(super) fn stop(&self) {
        self.machine().stop();
        self.telemetry.stopped();
        self.ended.send_replace(());
    }

    pub(super) fn tick(&self) {
        self.telemetry.health(&self.health());
    }

    pub(super) fn health(&self) -> KeyHealth {
        self.machine().health(now())
    }

    pub(super) fn last_error(&self) -> Option<LoadError> {
        self.last_error_slot().clone()
    }

    fn last_error_slot(&self) -> MutexGuard<'_, Option<LoadError>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    pub(super) fn machine(&self) -> MutexGuard<'_, Machine<Arc<KeySet>>> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
