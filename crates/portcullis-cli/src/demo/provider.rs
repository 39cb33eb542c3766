//! The endpoints of the issuer, and what stands between them and the network: a switch that takes them away, and a count of how often
//! the key set was asked for.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use portcullis_issuer::{Clients, Issuer};

const JWKS: &str = "/jwks.json";

/// Clones are the same provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provider(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    away: AtomicBool,
    key_set_requests: AtomicU64,
    last_key_set_request: Mutex<Option<Instant>>,
}

impl Provider {
    /// Whether it answers.
    pub(crate) fn is_up(&self) -> bool {
        !self.0.away.load(Ordering::Relaxed)
    }

    /// Takes it away, or brings it back.
    pub(crate) fn set_up(&self, up: bool) {
        self.0.away.store(!up, Ordering::Relaxed);
    }

    /// How often the key set was asked for, in vain or not.
    pub(crate) fn key_set_requests(&self) -> u64 {
        self.0.key_set_requests.load(Ordering::Relaxed)
    }

    /// How long ago that was, the last time.
    pub(crate) fn since_key_set_request(&self) -> Option<Duration> {
        let last = self.0.last_key_set_request.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|last| last.elapsed())
    }

    fn key_set_was_asked_for(&self) {
        self.0.key_set_requests.fetch_add(1, Ordering::Relaxed);
        *self.0.last_key_set_request.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// The endpoints behind the switch.
    pub(crate) fn routes(&self, issuer: &Issuer, clients: impl Clients) -> Router {
        let endpoints = issuer.endpoints(clients);
        Router::new()
            .route_service("/token", endpoints.token())
            .route_service("/revoke", endpoints.revocation())
            .route_service(JWKS, endpoints.jwks())
            .route_service("/.well-known/oauth-authorization-server", endpoints.metadata())
            .layer(from_fn_with_state(self.clone(), admit))
    }
}

async fn admit(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    if request.uri().path() == JWKS {
        provider.key_set_was_asked_for();
    }
    if provider.is_up() { next.run(request).await } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
}
