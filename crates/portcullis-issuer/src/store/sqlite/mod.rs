//! A store in a file.

mod file;
mod migrate;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use super::StoreError;

/// For how long a change waits for those of other processes.
const BUSY: Duration = Duration::from_secs(5);

/// A store in an SQLite file, for an issuer on one machine: one process, or several that share the file on a local disk. What was
/// answered is on the disk. Cheap to clone: clones are one store.
///
/// The file holds the private signing keys if the issuer makes them itself ([`KeptKeys`](crate::KeptKeys)). It is made for its owner
/// alone on Unix (mode 0600); one that is there already keeps its mode. Keep copies of it as you would keep the keys.
///
/// ```
/// use portcullis_core::Timestamp;
/// use portcullis_issuer::{SqliteStore, Store, UseMark};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("portcullis-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let store = SqliteStore::open(folder.join("issuer.sqlite")).await?;
/// let (now, later) = (Timestamp::from_secs(1_800_000_000), Timestamp::from_secs(1_800_000_060));
/// let mark = UseMark::from_bytes([7; 32]);
/// assert!(store.first_use(mark, later, now).await?);
/// assert!(!store.first_use(mark, later, now).await?); // once
///
/// // No file is made where there is no folder.
/// assert!(SqliteStore::open(folder.join("nowhere").join("issuer.sqlite")).await.is_err());
/// # drop(store);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    /// One connection: changes of this process wait for each other here, and not at the lock of the file.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, or makes it; brings its tables up to date.
    ///
    /// # Errors
    /// When the file can't be opened, is no database, or was written by a newer issuer.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        file::make(path.clone()).await?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .busy_timeout(BUSY)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal);
        let writer = pool(1).connect_lazy_with(writing);
        migrate::bring_up_to_date(&writer).await?;
        let readers = pool(4).connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self { writer, readers })
    }

    const fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    const fn reader(&self) -> &SqlitePool {
        &self.readers
    }
}

/// Connections to a file don't go bad with time.
fn pool(connections: u32) -> SqlitePoolOptions {
    let options = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(BUSY);
    options.max_lifetime(None).test_before_acquire(false)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteStore")
    }
}

super::sql::sql_store!(SqliteStore);
