//! The handle.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portcullis_core::{KeyHealth, KeySet, KeySource, UnknownKid};
use portcullis_http::{BuiltIn, NotNeeded};
use tokio::runtime;
use tokio::task::JoinHandle;

use super::builder::{RemoteKeysBuilder, Where};
use super::shared::{Shared, now};
use crate::origin::LoadError;

/// Keys that are fetched, and kept up to date by a task in the background. Clones are the same source; when the last one is
/// dropped, the task ends.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use portcullis_jwks::RemoteKeys;
///
/// let keys = RemoteKeys::discover("https://id.example.com").start()?;
/// keys.ready(Duration::from_secs(10)).await?; // or serve 503 until the keys are there
///
/// assert!(RemoteKeys::discover("http://id.example.com").start().is_err()); // anyone on the way could give the keys
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RemoteKeys(Arc<Handle>);

struct Handle {
    name: Arc<str>,
    issuer: Option<Box<str>>,
    shared: Arc<Shared>,
    runtime: runtime::Handle,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl RemoteKeys {
    /// The keys of a JWKS document at a URL (RFC 7517 §5): the `jwks_uri` of an issuer.
    pub fn at(url: impl Into<String>) -> RemoteKeysBuilder<BuiltIn> {
        RemoteKeysBuilder::new(Where::Jwks(url.into()), BuiltIn)
    }

    /// The keys of an issuer, by its metadata: `/.well-known/openid-configuration` behind its path (OpenID Connect Discovery
    /// 1.0 §4) or, where there is none, `/.well-known/oauth-authorization-server` before it (RFC 8414 §3). The metadata has to
    /// name this very issuer, to the byte.
    pub fn discover(issuer: impl Into<String>) -> RemoteKeysBuilder<BuiltIn> {
        RemoteKeysBuilder::new(Where::Issuer(issuer.into()), BuiltIn)
    }

    /// The keys of a JWKS document in a file that somebody else keeps up to date. It is read twice a second: replace it by
    /// renaming a complete one over it. A broken or missing one keeps the old keys.
    pub fn watch(path: impl Into<PathBuf>) -> RemoteKeysBuilder<NotNeeded> {
        RemoteKeysBuilder::new(Where::File(path.into()), NotNeeded)
    }

    pub(super) fn new(
        name: Arc<str>,
        issuer: Option<Box<str>>,
        shared: Arc<Shared>,
        runtime: runtime::Handle,
        task: JoinHandle<()>,
    ) -> Self {
        Self(Arc::new(Handle { name, issuer, shared, runtime, task: Mutex::new(Some(task)) }))
    }

    /// Waits for the first set.
    ///
    /// # Errors
    /// When it is not there in time, or never will be; with the reason why the last attempt failed. The source goes on trying.
    pub async fn ready(&self, deadline: Duration) -> Result<(), NotReady> {
        let shared = Arc::clone(&self.0.shared);
        let came = async move {
            let mut changes = shared.changes();
            while shared.current().is_none() {
                let stopped = shared.health().next_attempt.is_none();
                if stopped || changes.changed().await.is_err() {
                    return false;
                }
            }
            true
        };
        // On the runtime of the source: who waits here may be polled by another, which has no timer.
        let waiting = self.0.runtime.spawn(async move { tokio::time::timeout(deadline, came).await });
        if matches!(waiting.await, Ok(Ok(true))) {
            Ok(())
        } else {
            let error = self.0.shared.last_error();
            Err(NotReady { name: Arc::clone(&self.0.name), reason: self.health().last_error, error })
        }
    }

    /// How the keys are.
    pub fn health(&self) -> KeyHealth {
        self.0.shared.health()
    }

    /// Ends the task, and returns when it has ended. The keys at hand are served until they are too old, and never renewed.
    pub async fn shutdown(&self) {
        let task = self.0.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            // It was aborted, or was over before.
            let _ = task.await;
        }
    }
}

impl KeySource for RemoteKeys {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.0.shared.current()
    }

    fn unknown_kid(&self, kid: &str) -> UnknownKid {
        self.0.shared.unknown_kid(kid)
    }

    fn retry_after(&self) -> Duration {
        self.0.shared.machine().retry_after(now())
    }

    fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    fn health(&self) -> KeyHealth {
        self.health()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        task.iter().for_each(JoinHandle::abort);
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("origin", &self.0.name).field("health", &self.health()).finish()
    }
}

/// The first set of keys did not come in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReady {
    name: Arc<str>,
    reason: Option<&'static str>,
    error: Option<LoadError>,
}

impl NotReady {
    /// Why the last attempt failed, if one did: a stable name.
    pub const fn reason(&self) -> Option<&'static str> {
        self.reason
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.unwrap_or("no answer yet");
        match &self.error {
            Some(error) => write!(f, "no keys of {}: {error}", self.name),
            None => write!(f, "no keys of {}: {reason}", self.name),
        }
    }
}

impl std::error::Error for NotReady {
    /// The [`LoadError`], if an attempt failed.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
