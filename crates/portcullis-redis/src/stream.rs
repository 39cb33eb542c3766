//! The stream in Redis, and the few commands that are sent to it.

use std::time::Duration;

use portcullis_core::Revocation;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, Value};

use crate::Fault;
use crate::entry;
use crate::reply::{self, Chunk, Place};

/// How many entries are read at once. With as many, there may be more.
pub(crate) const CHUNK: usize = 1000;

/// How long connecting may take, greeting and password included.
const CONNECT: Duration = Duration::from_secs(2);

/// An append-only log under one key.
pub(crate) struct Stream {
    client: Client,
    key: Box<str>,
}

impl Stream {
    pub(crate) fn new(client: Client, key: Box<str>) -> Self {
        Self { client, key }
    }

    /// A connection on which an answer has to come within `patience`: one that is half open is noticed by that.
    pub(crate) async fn connect(&self, patience: Duration) -> Result<MultiplexedConnection, Fault> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(patience));
        self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(Fault::of)
    }

    /// The entries behind a place, as they are now. `None` when the one at that place is gone: the stream is another.
    pub(crate) async fn read(
        &self,
        connection: &mut MultiplexedConnection,
        place: &Place,
    ) -> Result<Option<Chunk>, Fault> {
        let reply = self.xrange(place).query_async::<Value>(connection).await.map_err(Fault::of)?;
        reply::behind(place, &reply)
    }

    /// The same, as soon as there is an entry or `wait` is over.
    pub(crate) async fn wait(
        &self,
        connection: &mut MultiplexedConnection,
        place: &Place,
        wait: Duration,
    ) -> Result<Option<Chunk>, Fault> {
        let mut xread = Cmd::new();
        // Zero would be forever.
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        xread.arg("XREAD").arg("COUNT").arg(1).arg("BLOCK").arg(milliseconds);
        xread.arg("STREAMS").arg(&*self.key).arg(place.as_str());
        let mut both = Pipeline::new();
        // What wakes is not what is read: data can vanish while this waits, and the first entry that comes after that looks
        // like the next. Only an answer that has the last entry too tells them apart.
        both.add_command(xread).ignore().add_command(self.xrange(place));
        let (reply,) = both.query_async::<(Value,)>(connection).await.map_err(Fault::of)?;
        reply::behind(place, &reply)
    }

    /// Appends entries, and returns the place of the last.
    pub(crate) async fn append(
        &self,
        connection: &mut MultiplexedConnection,
        revocations: &[Revocation],
    ) -> Result<Option<Place>, Fault> {
        let mut all = Pipeline::with_capacity(revocations.len());
        for revocation in revocations {
            let mut xadd = Cmd::new();
            xadd.arg("XADD").arg(&*self.key).arg("*");
            for (field, value) in entry::fields(revocation) {
                xadd.arg(field).arg(value);
            }
            all.add_command(xadd);
        }
        let places = all.query_async::<Vec<Value>>(connection).await.map_err(Fault::of)?;
        places.last().map(Place::of).transpose()
    }

    /// Drops what was appended so long before that place. By the clock of Redis alone: one that is ahead of it here would
    /// drop entries that are needed.
    pub(crate) async fn trim(&self, connection: &mut MultiplexedConnection, oldest: Duration) -> Result<(), Fault> {
        let oldest = u64::try_from(oldest.as_millis()).unwrap_or_default();
        let mut xtrim = Cmd::new();
        // `~` drops whole blocks alone, which costs next to nothing.
        xtrim.arg("XTRIM").arg(&*self.key).arg("MINID").arg("~").arg(oldest);
        xtrim.exec_async(connection).await.map_err(Fault::of)
    }

    /// From a place on, with the entry at it.
    fn xrange(&self, place: &Place) -> Cmd {
        let mut xrange = Cmd::new();
        xrange.arg("XRANGE").arg(&*self.key).arg(place.as_str()).arg("+").arg("COUNT").arg(CHUNK + 1);
        xrange
    }
}
