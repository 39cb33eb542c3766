//! Exchanges under way, shared by all who wait for the same token.

use std::collections::HashMap;

use futures::future::{FutureExt, Shared};
use portcullis_core::Timestamp;
use tokio::sync::oneshot;

use super::{Cache, Key};
use crate::error::{ExchangeError, ExchangeErrorKind};
use crate::token::DownscopedToken;

pub(crate) type Outcome = Result<DownscopedToken, ExchangeError>;

/// An exchange under way, to wait for.
#[derive(Clone)]
pub(crate) struct Flight {
    number: u64,
    outcome: Shared<oneshot::Receiver<Outcome>>,
}

impl Flight {
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// How it ends, if only by being abandoned.
    pub(crate) async fn outcome(&self) -> Outcome {
        self.outcome.clone().await.unwrap_or_else(|_| Err(ExchangeErrorKind::Abandoned.into()))
    }
}

#[derive(Default)]
pub(super) struct Flights {
    by_key: HashMap<Key, Flight>,
    next: u64,
}

impl Flights {
    pub(super) fn join(&self, key: &Key) -> Option<Flight> {
        self.by_key.get(key).cloned()
    }

    pub(super) fn begin(&mut self, key: Key) -> (u64, Flight, oneshot::Sender<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        let number = self.next;
        self.next += 1;
        let flight = Flight { number, outcome: receiver.shared() };
        self.by_key.insert(key, flight.clone());
        (number, flight, sender)
    }

    /// Unless another has taken its place.
    pub(super) fn end(&mut self, key: &Key, number: u64) {
        if self.by_key.get(key).is_some_and(|flight| flight.number == number) {
            self.by_key.remove(key);
        }
    }
}

/// Held by whoever does the exchange. However that ends, by a panic or with its runtime, nobody waits for it any longer.
pub(crate) struct Landing {
    cache: Cache,
    key: Key,
    number: u64,
    sender: Option<oneshot::Sender<Outcome>>,
}

impl Landing {
    pub(super) const fn new(cache: Cache, key: Key, number: u64, sender: oneshot::Sender<Outcome>) -> Self {
        Self { cache, key, number, sender: Some(sender) }
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// Tells all who wait. A token is kept until it goes stale; one that nobody said anything of, not at all.
    pub(crate) fn land(mut self, outcome: Result<(DownscopedToken, Option<Timestamp>), ExchangeError>) {
        let (outcome, kept) = match outcome {
            Ok((token, fresh_until)) => (Ok(token.clone()), fresh_until.map(|until| (token, until))),
            Err(error) => (Err(error), None),
        };
        self.cache.land(&self.key, self.number, kept);
        if let Some(sender) = self.sender.take() {
            // They may all have gone.
            drop(sender.send(outcome));
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.cache.land(&self.key, self.number, None);
    }
}
