//! A store in Redis.

mod address;
mod connect;
mod durable;
mod entry;
mod fault;
mod link;
mod names;
mod scripts;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_core::Timestamp;
use redis::{Cmd, cmd};

pub use connect::ConnectRedis;

use super::{Store, StoreError, UseMark};
use crate::family::{Ended, Family, FamilyKey, Rotation};
use crate::keys::KeyRecord;
use link::{Link, Order};
use names::{LONGEST, MARGIN, Names, keep, millis};
use scripts::Scripts;

/// The version of what is kept. It is raised when an older issuer could read something else in it than is meant.
const LAYOUT: u64 = 1;

/// How many families are forgotten in one stroke.
const SWEPT_AT_ONCE: usize = 500;

/// A store in Redis 6.2 or later, or Valkey, which all instances of an issuer share. Needs the feature `redis`, and `redis-tls` for `rediss://`.
/// Cheap to clone: clones are one connection.
///
/// Redis has to keep what it has confirmed, or a spent refresh token comes back to life: `appendonly yes`, `appendfsync always`, and
/// `maxmemory-policy noeviction` if there is a `maxmemory`. If its configuration can be read and is another, it is refused; if it can't,
/// the log is warned.
///
/// It has to be one primary: not a Cluster, as an operation is about keys of several slots. A replica that takes over may lack what was
/// confirmed last, whatever the configuration: end all families then. Signing keys of [`KeptKeys`](crate::KeptKeys) lie in it as they are;
/// who can read it can sign.
///
/// Redis forgets what is over by itself too, an hour after its time. Its clock decides nothing, as long as it does not jump ahead by that
/// hour.
///
/// ```no_run
/// use portcullis_issuer::RedisStore;
///
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisStore::connect("redis://issuer:password@redis.internal:6379/0").prefix("acme:issuer:").await?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
///
/// What cannot be a Redis is refused, without a word of the URL:
///
/// ```
/// use portcullis_issuer::RedisStore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let refused = RedisStore::connect("https://issuer:s3cret@example.com").await.unwrap_err();
/// assert!(!refused.to_string().contains("s3cret"));
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    link: Link,
    names: Names,
    scripts: Scripts,
}

impl RedisStore {
    /// Connects to the Redis of a URL, `redis://user:password@host:port/database`: `.await` it, perhaps with options before.
    /// What a newer issuer wrote is refused.
    pub fn connect(url: impl Into<String>) -> ConnectRedis {
        ConnectRedis::new(url.into())
    }
}

impl Inner {
    /// What a newer issuer wrote is left alone; a place where nothing is yet becomes one of this layout.
    async fn check_layout(&self) -> Result<(), StoreError> {
        let mut script = self.scripts.layout.key(self.names.layout());
        script.arg(LAYOUT);
        let found: String = self.link.again(Order::Script(&script)).await?;
        match found.parse::<u64>() {
            Ok(found) if found > LAYOUT => Err(StoreError::new(format!(
                "its keys have layout {found}, and this issuer knows them up to {LAYOUT}: update the issuer"
            ))),
            Ok(_) => Ok(()),
            Err(_) => Err(fault::foreign()),
        }
    }

    async fn begin(&self, family: Family, now: Timestamp) -> Result<(), StoreError> {
        let list = self.names.list(&family.subject);
        let mut script = self.scripts.begin.key(self.names.family(family.key));
        script.key(&list).key(self.names.over());
        script.arg(keep(family.forget_after(), now)).arg(keep(family.ends_at, now));
        script.arg(family.key.session_id()).arg(family.ends_at.as_millis()).arg(family.forget_after().as_millis());
        script.arg(now.as_millis().saturating_sub(millis(MARGIN)));
        for (name, value) in entry::fields(&family, &list)? {
            script.arg(name).arg(value);
        }
        self.link.again::<()>(Order::Script(&script)).await
    }

    async fn find(&self, key: FamilyKey) -> Result<Option<Family>, StoreError> {
        let fields = self.link.again(Order::Command(&Cmd::hgetall(self.names.family(key)))).await?;
        entry::family(key, &fields)
    }

    async fn rotate(&self, rotation: Rotation) -> Result<bool, StoreError> {
        let mut script = self.scripts.rotate.key(self.names.family(rotation.key));
        script.key(self.names.over());
        script.arg(&rotation.spent.as_bytes()[..]).arg(&rotation.current.as_bytes()[..]);
        script.arg(&rotation.seed.as_bytes()[..]).arg(rotation.at.as_millis()).arg(rotation.idle_until.as_millis());
        script.arg(millis(MARGIN)).arg(millis(LONGEST)).arg(rotation.key.session_id());
        self.link.once(Order::Script(&script)).await
    }

    async fn end(&self, key: FamilyKey, ended: Ended) -> Result<bool, StoreError> {
        let mut script = self.scripts.end.key(self.names.family(key));
        script.arg(key.session_id()).arg(ended.at.as_millis()).arg(ended.reason.as_str());
        self.link.once(Order::Script(&script)).await
    }

    async fn end_all(&self, subject: String, ended: Ended) -> Result<Vec<FamilyKey>, StoreError> {
        let mut script = self.scripts.end_all.key(self.names.list(&subject));
        script.arg(self.names.families()).arg(ended.at.as_millis()).arg(ended.reason.as_str());
        let names: Vec<String> = self.link.once(Order::Script(&script)).await?;
        names.iter().map(|name| FamilyKey::of_session(name).ok_or_else(fault::foreign)).collect()
    }

    async fn first_use(&self, mark: UseMark, until: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        let mut script = self.scripts.first_use.key(self.names.mark(&mark));
        script.arg(until.as_millis()).arg(now.as_millis()).arg(keep(until, now));
        self.link.once(Order::Script(&script)).await
    }

    async fn keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let texts: HashMap<u64, String> =
            self.link.again(Order::Command(&Cmd::hgetall(self.names.signing_keys()))).await?;
        entry::keys(texts)
    }

    async fn add_key(&self, key: KeyRecord) -> Result<bool, StoreError> {
        let text = entry::key_text(&key)?;
        let command = Cmd::hset_nx(self.names.signing_keys(), key.generation, text);
        self.link.once(Order::Command(&command)).await
    }

    async fn drop_key(&self, generation: u64) -> Result<(), StoreError> {
        let mut command = cmd("HDEL");
        command.arg(self.names.signing_keys()).arg(generation);
        self.link.again(Order::Command(&command)).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        loop {
            // In parts: nobody else is served meanwhile.
            let mut script = self.scripts.sweep.key(self.names.over());
            script.arg(now.as_millis()).arg(self.names.families()).arg(SWEPT_AT_ONCE);
            let swept: usize = self.link.again(Order::Script(&script)).await?;
            if swept < SWEPT_AT_ONCE {
                return Ok(());
            }
        }
    }
}

impl Store for RedisStore {
    fn begin(&self, family: Family, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.begin(family, now).boxed()
    }

    fn find(&self, key: FamilyKey) -> BoxFuture<'_, Result<Option<Family>, StoreError>> {
        self.0.find(key).boxed()
    }

    fn rotate(&self, rotation: Rotation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.rotate(rotation).boxed()
    }

    fn end(&self, key: FamilyKey, ended: Ended) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.end(key, ended).boxed()
    }

    fn end_all(&self, subject: String, ended: Ended) -> BoxFuture<'_, Result<Vec<FamilyKey>, StoreError>> {
        self.0.end_all(subject, ended).boxed()
    }

    fn first_use(&self, mark: UseMark, until: Timestamp, now: Timestamp) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.first_use(mark, until, now).boxed()
    }

    fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyRecord>, StoreError>> {
        self.0.keys().boxed()
    }

    fn add_key(&self, key: KeyRecord) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.add_key(key).boxed()
    }

    fn drop_key(&self, generation: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.drop_key(generation).boxed()
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.sweep(now).boxed()
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.0.names.prefix()).finish_non_exhaustive()
    }
}
