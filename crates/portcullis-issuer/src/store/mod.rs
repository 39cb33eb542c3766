//! Where families, signing keys and used assertions are kept.

mod error;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;

use futures::future::BoxFuture;
use portcullis_core::Timestamp;

pub use error::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

#[cfg(feature = "redis")]
pub use self::redis::{ConnectRedis, RedisStore};

use crate::family::{Ended, Family, FamilyKey, Rotation};
use crate::keys::KeyRecord;

/// Keeps what an issuer has to remember. The decisions are the issuer's; a store has to be durable and do each of these in one stroke,
/// whoever else does the same at that moment:
///
/// 1. What was answered with `Ok` outlives the process.
/// 2. Of all [`rotate`](Self::rotate) with one spent token, one alone is `true`; none is after [`end`](Self::end).
/// 3. Of all [`first_use`](Self::first_use) of one mark, one alone is `true`; of all [`add_key`](Self::add_key) of one generation too.
///
/// It is for one issuer, and all of its instances. Another one over it finds none of the refresh tokens, but signs with the same
/// [`KeptKeys`](crate::KeptKeys), and its [`end_all`](crate::Issuer::end_all) ends families of both.
///
/// It never looks at a clock: what is long over is told by [`sweep`](Self::sweep), or may be forgotten after the times that it is given,
/// counted from the `now` beside them.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Keeps a new family until [`Family::forget_after`].
    fn begin(&self, family: Family, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;

    /// A family, ended or not.
    fn find(&self, key: FamilyKey) -> BoxFuture<'_, Result<Option<Family>, StoreError>>;

    /// Takes the step of [`Rotation::applied_to`], or none: `false`.
    fn rotate(&self, rotation: Rotation) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Ends a family. `true` if this did; `false` when it had ended before, or there is none.
    fn end(&self, key: FamilyKey, ended: Ended) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Ends all families of a subject that have not ended, and says which.
    fn end_all(&self, subject: String, ended: Ended) -> BoxFuture<'_, Result<Vec<FamilyKey>, StoreError>>;

    /// Notes that something that may be used once was used, until a time. `false` if it was before.
    fn first_use(&self, mark: UseMark, until: Timestamp, now: Timestamp) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// The signing keys, oldest first.
    fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyRecord>, StoreError>>;

    /// Keeps a signing key. `false` if there is one of this generation, which stays as it is.
    fn add_key(&self, key: KeyRecord) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Forgets a signing key.
    fn drop_key(&self, generation: u64) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Forgets what is over: families after [`Family::forget_after`], marks after their time.
    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;
}

impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn begin(&self, family: Family, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).begin(family, now)
    }

    fn find(&self, key: FamilyKey) -> BoxFuture<'_, Result<Option<Family>, StoreError>> {
        (**self).find(key)
    }

    fn rotate(&self, rotation: Rotation) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).rotate(rotation)
    }

    fn end(&self, key: FamilyKey, ended: Ended) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).end(key, ended)
    }

    fn end_all(&self, subject: String, ended: Ended) -> BoxFuture<'_, Result<Vec<FamilyKey>, StoreError>> {
        (**self).end_all(subject, ended)
    }

    fn first_use(&self, mark: UseMark, until: Timestamp, now: Timestamp) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).first_use(mark, until, now)
    }

    fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyRecord>, StoreError>> {
        (**self).keys()
    }

    fn add_key(&self, key: KeyRecord) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).add_key(key)
    }

    fn drop_key(&self, generation: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).drop_key(generation)
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).sweep(now)
    }
}

/// What a store keeps of something that may be used once: a hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UseMark([u8; 32]);

impl UseMark {
    /// From a hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For a store to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for UseMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseMark")
    }
}
