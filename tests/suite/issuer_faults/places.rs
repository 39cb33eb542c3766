//! The stores under test, and the servers below them.

use std::sync::Arc;

use portcullis_issuer::{PostgresStore, RedisStore, SqliteStore, Store, StoreError};
use portcullis_tests::postgres::Postgres;
use portcullis_tests::redis::Redis;
use portcullis_tests::stores::Folder;

/// A store, as it is named to a child.
pub(super) struct UnderTest {
    pub(super) kind: &'static str,
    pub(super) url: String,
    server: Server,
}

enum Server {
    /// A file needs none; its folder goes with it.
    None(#[expect(dead_code, reason = "it is there to be dropped")] Folder),
    Postgres(Postgres),
    Redis(Redis),
}

impl UnderTest {
    pub(super) fn sqlite() -> Self {
        let folder = Folder::new();
        let file = folder.file("issuer.sqlite").to_str().unwrap().to_owned();
        Self { kind: "sqlite", url: file, server: Server::None(folder) }
    }

    pub(super) async fn postgres() -> Self {
        let server = Postgres::start();
        Self { kind: "postgres", url: server.fresh().await, server: Server::Postgres(server) }
    }

    pub(super) fn redis() -> Self {
        let server = Redis::start_with(&["--appendonly", "yes", "--appendfsync", "always"]);
        Self { kind: "redis", url: server.url(), server: Server::Redis(server) }
    }

    pub(super) fn redis_that_forgets() -> Self {
        let server = Redis::start();
        Self { kind: "redis that forgets", url: server.url(), server: Server::Redis(server) }
    }

    /// Kills the server, and starts it again.
    pub(super) fn crash(&mut self) {
        match &mut self.server {
            Server::None(_) => {}
            Server::Postgres(server) => server.restart(),
            Server::Redis(server) => server.restart(),
        }
    }
}

/// Opens a store as it was named.
pub(super) async fn open(kind: &str, url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match kind {
        "sqlite" => Ok(Arc::new(SqliteStore::open(url).await?)),
        "postgres" => Ok(Arc::new(PostgresStore::connect(url).await?)),
        "redis" => Ok(Arc::new(RedisStore::connect(url).await?)),
        "redis that forgets" => Ok(Arc::new(RedisStore::connect(url).allow_volatile().await?)),
        _ => panic!("{kind}"),
    }
}
