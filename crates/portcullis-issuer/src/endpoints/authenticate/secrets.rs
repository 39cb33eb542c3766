//! Looking at secrets, which is slow on purpose.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::clients::ClientSecret;
use crate::refused::RefusedKind;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// As many at a time as there are cores: a flood of guesses takes no more memory, and no thread from others.
#[derive(Clone, Debug)]
pub(in crate::endpoints) struct Secrets {
    turns: Arc<Semaphore>,
    nobody: Arc<ClientSecret>,
}

impl Secrets {
    pub(in crate::endpoints) fn new() -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(cores)), nobody: Arc::new(ClientSecret::of_nobody()) }
    }

    /// Whether this is the secret.
    pub(super) async fn are_one(&self, kept: &ClientSecret, secret: &str) -> Result<bool, RefusedKind> {
        self.look(kept.clone(), secret.to_owned()).await
    }

    /// The same work for nothing.
    pub(super) async fn are_none(&self, secret: &str) -> Result<bool, RefusedKind> {
        self.look((*self.nobody).clone(), secret.to_owned()).await.map(|_| false)
    }

    async fn look(&self, kept: ClientSecret, secret: String) -> Result<bool, RefusedKind> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| RefusedKind::TooManyRequests)?.map_err(|_| RefusedKind::Internal)?;
        let looking = tokio::task::spawn_blocking(move || {
            let found = kept.is(secret.as_bytes());
            // Held to the end, even when nobody waits for the answer any more.
            drop(turn);
            found
        });
        looking.await.map_err(|_| RefusedKind::Internal)
    }
}
