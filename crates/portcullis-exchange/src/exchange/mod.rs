//! The exchange: from the token of a caller to one that opens less.

mod answer;
mod build_error;
mod builder;
mod check;
mod client_auth;
mod jwt;
mod request;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{Clock, Timestamp};
use portcullis_http::{Client, Place};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::cache::{Cache, Flight, Found, Key, Landing, Outcome};
use crate::callee::Downscope;
use crate::downscope::DownscopeLayer;
use crate::error::{ExchangeError, ExchangeErrorKind};
use crate::subject_token::SubjectToken;
use crate::telemetry;
use crate::token::DownscopedToken;

pub use build_error::BuildError;
pub use builder::{DangerousTokenExchange, TokenExchangeBuilder};
use check::{Granted, Limits};
use client_auth::ClientAuth;

/// Exchanges tokens of callers for ones that open less (RFC 8693). Clones are the same, with the same tokens at hand.
///
/// ```
/// # #[cfg(feature = "client")] {
/// use portcullis_exchange::TokenExchange;
///
/// let exchange = TokenExchange::at("http://127.0.0.1:8080/token").client_secret("orders", "s3cret");
/// assert!(!format!("{exchange:?}").contains("s3cret"));
/// let anyone_can_listen = TokenExchange::at("http://id.example.com/token").client_secret("orders", "s3cret");
/// assert!(anyone_can_listen.build().is_err());
/// # }
/// ```
#[derive(Clone)]
pub struct TokenExchange(Arc<Inner>);

struct Inner {
    client: Client,
    place: Place,
    auth: ClientAuth,
    clock: Box<dyn Clock>,
    limits: Limits,
    timeout: Duration,
    cache: Cache,
}

/// What a waiter gives the exchange more than the exchange gives itself: then nobody does it any longer.
const GRACE: Duration = Duration::from_millis(500);

impl TokenExchange {
    /// A layer for an HTTP client: it asks for this before every call.
    pub fn downscope(&self, asked: Downscope) -> DownscopeLayer {
        DownscopeLayer::new(self.clone(), Arc::new(asked))
    }

    /// A token that opens less than the caller's: one that is at hand, or a new one. For gRPC metadata and whatever else has no
    /// HTTP request; within a tokio runtime.
    ///
    /// # Errors
    /// When the server gives none, or one that opens more than was asked for.
    pub async fn token_for(&self, subject: &SubjectToken, asked: &Downscope) -> Result<DownscopedToken, ExchangeError> {
        self.get(Key { subject: subject.clone(), asked: Arc::new(asked.clone()) }).await
    }

    /// The token at hand, if there is one that is fresh.
    pub(crate) fn at_hand(&self, key: &Key) -> Option<DownscopedToken> {
        let token = self.0.cache.token(key, self.0.clock.now().ok()?)?;
        telemetry::looked_up(&key.asked, "hit");
        Some(token)
    }

    pub(crate) async fn get(&self, key: Key) -> Outcome {
        let callee = Arc::clone(&key.asked);
        self.find(key).await.map_err(|error| error.to(callee.callee()))
    }

    async fn find(&self, key: Key) -> Outcome {
        let runtime = Handle::try_current().map_err(|_| ExchangeErrorKind::NoRuntime)?;
        let now = self.0.clock.now().map_err(|_| ExchangeErrorKind::ClockFailed)?;
        match self.0.cache.find(key.clone(), now) {
            Found::Token(token) => {
                telemetry::looked_up(&key.asked, "hit");
                Ok(token)
            }
            Found::UnderWay(flight) => {
                telemetry::looked_up(&key.asked, "joined");
                self.wait(&key, &flight).await
            }
            Found::Begin(flight, landing) => {
                telemetry::looked_up(&key.asked, "miss");
                // A task of its own: whoever began it may be gone before it ends.
                runtime.spawn(self.clone().fly(landing));
                self.wait(&key, &flight).await
            }
        }
    }

    /// With a limit of its own: the runtime that the exchange is done on may have stopped.
    async fn wait(&self, key: &Key, flight: &Flight) -> Outcome {
        let limit = self.0.timeout + GRACE;
        timeout(limit, flight.outcome()).await.unwrap_or_else(|_| {
            self.0.cache.give_up(key, flight);
            Err(ExchangeErrorKind::Timeout.into())
        })
    }

    async fn fly(self, landing: Landing) {
        let key = landing.key().clone();
        let done = timeout(self.0.timeout, self.exchange(&key)).await;
        let done = done.unwrap_or_else(|_| Err(ExchangeErrorKind::Timeout.into()));
        let told = done.as_ref().map(|granted| granted.token.clone()).map_err(Clone::clone);
        telemetry::exchanged(&key.asked, &told);
        landing.land(done.map(|granted| (granted.token, granted.fresh_until)));
    }

    async fn exchange(&self, key: &Key) -> Result<Granted, ExchangeError> {
        let Inner { client, place, auth, limits, .. } = &*self.0;
        // The life of the token is counted from before it was asked for: it may be older than its answer.
        let now = self.now()?;
        let request = request::request(place, auth, key, now)?;
        let answer = answer::read(client.send(request).await?).await?;
        check::check(&answer, key, limits, now, self.now()?)
    }

    fn now(&self) -> Result<Timestamp, ExchangeError> {
        self.0.clock.now().map_err(|_| ExchangeErrorKind::ClockFailed.into())
    }

    /// The callee does not take this token.
    pub(crate) fn refused(&self, key: &Key, token: &DownscopedToken) {
        self.0.cache.drop_token(key, token);
    }
}

impl fmt::Debug for TokenExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchange")
            .field("place", &self.0.place)
            .field("auth", &self.0.auth)
            .finish_non_exhaustive()
    }
}
