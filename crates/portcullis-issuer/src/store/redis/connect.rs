//! A store in the making.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::link::Link;
use super::names::Names;
use super::scripts::Scripts;
use super::{Inner, RedisStore, address};
use crate::store::StoreError;

/// A connection to Redis in the making: `.await` it. See [`RedisStore::connect`].
#[must_use = "nothing is connected before it is awaited"]
pub struct ConnectRedis {
    url: String,
    prefix: Box<str>,
    timeout: Duration,
    allow_volatile: bool,
}

impl ConnectRedis {
    pub(super) fn new(url: String) -> Self {
        Self { url, prefix: "portcullis:issuer:".into(), timeout: Duration::from_secs(2), allow_volatile: false }
    }

    /// What all keys begin with, the same in all instances of an issuer, and another for every issuer: `portcullis:issuer:` by default.
    pub fn prefix(mut self, prefix: impl Into<Box<str>>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long anything may take, with connecting if need be: two seconds by default, an hour at most. After that it is a failure, and
    /// nobody knows whether Redis has done it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        // A deadline that no clock can tell is none.
        self.timeout = timeout.min(Duration::from_secs(60 * 60));
        self
    }

    /// Takes a Redis that may lose what it has confirmed: after a crash, refresh tokens that were spent are good again, families that were
    /// ended live, and logins of the last second are gone. For tests, or where that is better than the cost of a disk.
    pub fn allow_volatile(mut self) -> Self {
        self.allow_volatile = true;
        self
    }
}

impl IntoFuture for ConnectRedis {
    type Output = Result<RedisStore, StoreError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { url, prefix, timeout, allow_volatile } = self;
        async move {
            let link = Link::new(address::client(&url)?, timeout, allow_volatile);
            let inner = Inner { link, names: Names::new(prefix), scripts: Scripts::new() };
            inner.check_layout().await?;
            Ok(RedisStore(Arc::new(inner)))
        }
        .boxed()
    }
}

impl fmt::Debug for ConnectRedis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the URL: there may be a password in it.
        f.debug_struct("ConnectRedis")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("allow_volatile", &self.allow_volatile)
            .finish_non_exhaustive()
    }
}
