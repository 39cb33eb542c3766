//! The tokens at hand, and the exchanges under way.

mod flight;
mod tokens;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis_core::Timestamp;

use crate::callee::Downscope;
use crate::subject_token::SubjectToken;
use crate::token::DownscopedToken;

use flight::Flights;
pub(crate) use flight::{Flight, Landing, Outcome};
use tokens::Tokens;

/// Whose token, for what. It is hashed with the keyed hash of the standard library, and compared whole: two callers never share.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) subject: SubjectToken,
    pub(crate) asked: Arc<Downscope>,
}

/// What there is for a key.
pub(crate) enum Found {
    /// A token that is fresh.
    Token(DownscopedToken),
    /// An exchange under way.
    UnderWay(Flight),
    /// Nothing: this exchange has to be done, and told how it ended.
    Begin(Flight, Landing),
}

/// Clones are the same cache.
#[derive(Clone)]
pub(crate) struct Cache(Arc<Mutex<State>>);

struct State {
    tokens: Tokens,
    flights: Flights,
}

impl Cache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self(Arc::new(Mutex::new(State { tokens: Tokens::new(capacity), flights: Flights::default() })))
    }

    /// A token that is fresh at this time.
    pub(crate) fn token(&self, key: &Key, now: Timestamp) -> Option<DownscopedToken> {
        self.state().tokens.get(key, now)
    }

    pub(crate) fn find(&self, key: Key, now: Timestamp) -> Found {
        let mut state = self.state();
        if let Some(token) = state.tokens.get(&key, now) {
            return Found::Token(token);
        }
        if let Some(flight) = state.flights.join(&key) {
            return Found::UnderWay(flight);
        }
        let (number, flight, sender) = state.flights.begin(key.clone());
        Found::Begin(flight, Landing::new(self.clone(), key, number, sender))
    }

    /// The callee does not take this token.
    pub(crate) fn drop_token(&self, key: &Key, token: &DownscopedToken) {
        self.state().tokens.remove(key, token);
    }

    /// The exchange has ended, and this is fresh until then.
    fn land(&self, key: &Key, number: u64, token: Option<(DownscopedToken, Timestamp)>) {
        let mut state = self.state();
        state.flights.end(key, number);
        if let Some((token, fresh_until)) = token {
            state.tokens.insert(key.clone(), token, fresh_until);
        }
    }

    /// Nobody waits for this exchange any longer: the next call begins another.
    pub(crate) fn give_up(&self, key: &Key, flight: &Flight) {
        self.state().flights.end(key, flight.number());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
