//! The connection.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, ScriptInvocation};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::{durable, fault};
use crate::store::StoreError;

/// A connection that all share, made anew once it has broken off.
pub(super) struct Link {
    client: Client,
    patience: Duration,
    allow_volatile: bool,
    connection: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    connection: Option<MultiplexedConnection>,
    /// Counts them, so that nobody drops another one than that which failed.
    nth: u64,
}

/// What Redis is to do.
#[derive(Clone, Copy)]
pub(super) enum Order<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

/// What went wrong, and whether the connection broke off.
struct Failure {
    error: StoreError,
    broken: bool,
}

impl Link {
    pub(super) fn new(client: Client, patience: Duration, allow_volatile: bool) -> Self {
        Self { client, patience, allow_volatile, connection: Mutex::default() }
    }

    /// Has it done, or not: when the answer is lost, nobody knows.
    pub(super) async fn once<T: FromRedisValue>(&self, order: Order<'_>) -> Result<T, StoreError> {
        self.attempt(order, Instant::now() + self.patience).await.map_err(|failure| failure.error)
    }

    /// Has it done what may be done twice: again, if the connection broke off, as an idle one may have long ago.
    pub(super) async fn again<T: FromRedisValue>(&self, order: Order<'_>) -> Result<T, StoreError> {
        let deadline = Instant::now() + self.patience;
        let tried = match self.attempt(order, deadline).await {
            Err(Failure { broken: true, .. }) => self.attempt(order, deadline).await,
            tried => tried,
        };
        tried.map_err(|failure| failure.error)
    }

    async fn attempt<T: FromRedisValue>(&self, order: Order<'_>, deadline: Instant) -> Result<T, Failure> {
        let connected = timeout_at(deadline, self.connection()).await;
        let (nth, mut connection) = connected.map_err(|_| fault::late())??;
        let answer = timeout_at(deadline, async {
            match order {
                Order::Command(command) => command.query_async(&mut connection).await,
                Order::Script(script) => script.invoke_async(&mut connection).await,
            }
        });
        let Ok(answer) = answer.await else {
            // It may be half open.
            self.forget(nth);
            return Err(fault::late().into());
        };
        answer.map_err(|error| {
            let broken = error.is_unrecoverable_error();
            if broken {
                self.forget(nth);
            }
            Failure { error: fault::of(error), broken }
        })
    }

    async fn connection(&self) -> Result<(u64, MultiplexedConnection), StoreError> {
        let mut made = self.connection.lock().await;
        if let Some(connection) = &made.connection {
            return Ok((made.nth, connection.clone()));
        }
        // An answer is waited for by `attempt`.
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(self.patience)).set_response_timeout(None);
        let mut connection =
            self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(fault::of)?;
        self.examine(&mut connection).await?;
        made.nth = made.nth.wrapping_add(1);
        made.connection = Some(connection.clone());
        Ok((made.nth, connection))
    }

    async fn examine(&self, connection: &mut MultiplexedConnection) -> Result<(), StoreError> {
        match durable::flaw(connection).await? {
            Some(None) => Ok(()),
            None => {
                tracing::warn!(
                    "Redis does not show its configuration: see to it that `appendonly` is `yes`, `appendfsync` is `always` and `maxmemory-policy` is `noeviction`"
                );
                Ok(())
            }
            Some(Some(flaw)) if self.allow_volatile => {
                tracing::warn!(
                    flaw,
                    "Redis may lose what it has confirmed: spent refresh tokens may come back to life"
                );
                Ok(())
            }
            Some(Some(flaw)) => Err(StoreError::new(format!(
                "Redis may lose what it has confirmed: {flaw}. Mend that, or say `allow_volatile`"
            ))),
        }
    }

    fn forget(&self, nth: u64) {
        // Who holds it is about to connect, or will be as late as this one was.
        if let Ok(mut made) = self.connection.try_lock()
            && made.nth == nth
        {
            made.connection = None;
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { error, broken: false }
    }
}
