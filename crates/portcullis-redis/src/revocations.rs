//! The list, as its users hold it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portcullis_core::{Revocable, Revocation, Revocations, Standing};
use tokio::runtime;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::append::Appender;
use crate::follow::follow;
use crate::shared::Shared;
use crate::{ReadyError, RedisRevocationsBuilder, RevocationsHealth, RevokeError};

/// What a client is told to wait when Redis is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What is revoked, shared through Redis. Clones are the same list; the last one that is dropped ends it.
///
/// See the [crate] for what it promises.
#[derive(Clone)]
pub struct RedisRevocations(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    appender: Arc<Appender>,
    runtime: runtime::Handle,
    /// It holds what is shared and not this handle, or it would never end.
    follower: Mutex<Option<JoinHandle<()>>>,
}

impl RedisRevocations {
    /// Begins a list in the Redis at this URL: `redis://user:password@host:port/database`, or `rediss://` with the feature
    /// `tls`.
    pub fn connect(url: impl Into<String>) -> RedisRevocationsBuilder {
        RedisRevocationsBuilder::new(url.into())
    }

    pub(crate) fn start(shared: Shared, runtime: runtime::Handle) -> Self {
        let shared = Arc::new(shared);
        let follower = Mutex::new(Some(runtime.spawn(follow(Arc::clone(&shared)))));
        Self(Arc::new(Handle { shared, appender: Arc::default(), runtime, follower }))
    }

    /// Waits until the first copy is there, so that a service starts with the list and not with 503.
    ///
    /// # Errors
    /// When it is not there in time, with the reason; the list goes on trying.
    pub async fn ready(&self, deadline: Duration) -> Result<(), ReadyError> {
        if self.0.shared.is_stopped() {
            return Err(ReadyError::Stopped);
        }
        let mut is_whole = self.0.shared.is_whole.subscribe();
        // On the runtime of the list: this future may be polled by another, which has no timer.
        let waiting = self.0.runtime.spawn(async move {
            let first = timeout(deadline, is_whole.wait_for(|is_whole| *is_whole)).await;
            matches!(first, Ok(Ok(_)))
        });
        match waiting.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadyError::NotInTime(self.0.shared.last_fault())),
            Err(_) => Err(ReadyError::Stopped),
        }
    }

    /// Revokes here at once, and in all other instances as soon as they read it, within milliseconds.
    ///
    /// Revoking twice does no harm. What is begun goes on when the caller goes away.
    ///
    /// # Errors
    /// When the others do not know of it, which is no reason not to try again. Here it holds whatever the answer is.
    pub async fn revoke(&self, revocation: Revocation) -> Result<(), RevokeError> {
        let shared = Arc::clone(&self.0.shared);
        shared.copy.revoke(revocation.clone());
        if shared.is_stopped() {
            return Err(RevokeError::Stopped);
        }
        shared.may_be_shared(&revocation)?;
        let appender = Arc::clone(&self.0.appender);
        let appending = self.0.runtime.spawn(async move {
            let appended = appender.append(&shared, &revocation).await;
            if appended.is_err() {
                shared.owe();
            }
            appended
        });
        match appending.await {
            Ok(appended) => appended.map_err(RevokeError::NotShared),
            Err(_) => Err(RevokeError::Stopped),
        }
    }

    /// How the list is.
    pub fn health(&self) -> RevocationsHealth {
        self.0.shared.health()
    }

    /// Whether Redis was not heard from for `max_lag`, or never.
    pub fn is_away(&self) -> bool {
        self.health().away
    }

    /// Ends the list, and its connections, for all its clones. What is revoked stays so here; what is not is unknown once
    /// `max_lag` is over.
    pub async fn shutdown(&self) {
        self.0.shared.stop();
        let follower = self.0.follower.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(follower) = follower {
            follower.abort();
            // Cancelled, as it should be.
            let _ = follower.await;
        }
        self.0.appender.close().await;
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let follower = self.follower.get_mut().unwrap_or_else(PoisonError::into_inner);
        follower.iter().for_each(JoinHandle::abort);
    }
}

impl Revocations for RedisRevocations {
    fn standing(&self, token: &Revocable<'_>) -> Standing {
        let shared = &self.0.shared;
        match shared.copy.standing(token) {
            // However old the copy is: what is revoked stays revoked.
            Standing::Revoked => Standing::Revoked,
            standing if shared.is_current() => standing,
            _ => Standing::Unknown { retry_after: RETRY_AFTER },
        }
    }

    fn can_tell(&self) -> bool {
        self.0.shared.is_current()
    }
}

impl fmt::Debug for RedisRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRevocations").field("health", &self.health()).finish_non_exhaustive()
    }
}
