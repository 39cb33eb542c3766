//! Where the stores in SQL databases keep things.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_issuer::{PostgresStore, SqliteStore, Store};
use sqlx::{Connection, PgConnection};

use super::Place;

/// A folder of its own, which goes when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes it.
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("portcullis-files-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// An SQLite file.
#[derive(Debug, Default)]
pub struct SqliteFile(Folder);

impl Place for SqliteFile {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>> {
        async {
            let store: Arc<dyn Store> = Arc::new(SqliteStore::open(self.0.file("issuer.sqlite")).await.unwrap());
            store
        }
        .boxed()
    }

    /// The file, and what has not gone into it yet.
    fn dump(&self) -> BoxFuture<'_, Option<Vec<u8>>> {
        let files = ["issuer.sqlite", "issuer.sqlite-wal"].map(|name| std::fs::read(self.0.file(name)).unwrap());
        std::future::ready(Some(files.concat())).boxed()
    }
}

/// A PostgreSQL database.
#[derive(Debug)]
pub struct PostgresDatabase(pub String);

impl Place for PostgresDatabase {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>> {
        async {
            let store: Arc<dyn Store> = Arc::new(PostgresStore::connect(&self.0).await.unwrap());
            store
        }
        .boxed()
    }

    /// Every row of every table, bytes in hexadecimal digits.
    fn dump(&self) -> BoxFuture<'_, Option<Vec<u8>>> {
        async {
            let mut connection = PgConnection::connect(&self.0).await.unwrap();
            let mut all = Vec::new();
            for table in ["portcullis_families", "portcullis_used", "portcullis_keys", "portcullis_schema"] {
                let rows = format!("SELECT CAST(of_it AS text) FROM {table} AS of_it");
                let rows: Vec<(String,)> = sqlx::query_as(&rows).fetch_all(&mut connection).await.unwrap();
                all.extend(rows.into_iter().flat_map(|(row,)| row.into_bytes()));
            }
            Some(all)
        }
        .boxed()
    }
}
