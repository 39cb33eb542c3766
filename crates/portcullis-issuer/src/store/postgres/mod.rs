//! A store in PostgreSQL.

mod migrate;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};

use super::StoreError;
use super::sql::said;

/// A store in a PostgreSQL database, for issuers of any number of instances. Cheap to clone: clones are one store.
///
/// Its tables begin with `portcullis_`. They hold the private signing keys if the issuer makes them itself
/// ([`KeptKeys`](crate::KeptKeys)): let nobody but the issuer read them, and keep copies of them as you would keep the keys.
///
/// Once the tables are there, it needs no right but to select, insert, update and delete in them. What was answered is durable as far as
/// the server makes it so: leave `fsync` and `synchronous_commit` on, and read from no replica.
///
/// ```no_run
/// use portcullis_issuer::PostgresStore;
///
/// # async fn open() -> Result<(), portcullis_issuer::StoreError> {
/// // Of the feature `postgres`; TLS is a matter of `postgres-tls`, and of the address.
/// let store = PostgresStore::connect("postgres://issuer:secret@db.example.com/issuer?sslmode=verify-full").await?;
/// // What is no address is refused, and not repeated.
/// assert!(PostgresStore::connect("issuer:secret@db.example.com").await.is_err());
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to `postgres://user:password@host/database`, and brings the tables up to date. Errors don't hold the address.
    ///
    /// # Errors
    /// When that is no address, the database can't be reached, or a newer issuer wrote its tables.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(|error| StoreError::new(said(&error)))?;
        let options = options.application_name("portcullis-issuer").disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(3));
        Self::from_pool(pool.connect_lazy_with(options)).await
    }

    /// Uses connections of yours (sqlx 0.8), and brings the tables up to date. How long a connection is waited for is the pool's to say; an answer is
    /// waited for eight seconds.
    ///
    /// # Errors
    /// When the database can't be reached, or a newer issuer wrote its tables.
    pub async fn from_pool(pool: PgPool) -> Result<Self, StoreError> {
        migrate::bring_up_to_date(&pool).await?;
        Ok(Self { pool })
    }

    const fn writer(&self) -> &PgPool {
        &self.pool
    }

    const fn reader(&self) -> &PgPool {
        &self.pool
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}

super::sql::sql_store!(PostgresStore);
