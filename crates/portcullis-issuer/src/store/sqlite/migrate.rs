//! Bringing the tables of a file up to date.

use std::time::Duration;

use sqlx::{Executor, SqlitePool};
use tokio::time::{Instant, sleep};

use super::BUSY;
use crate::store::StoreError;
use crate::store::sql::{self, CREATE_VERSION, READ_VERSION, STEPS, WRITE_VERSION};

/// Waits for others that open the file: SQLite does not always do so itself while the file is made.
pub(super) async fn bring_up_to_date(pool: &SqlitePool) -> Result<(), StoreError> {
    let until = Instant::now() + BUSY;
    loop {
        match steps(pool).await {
            Err(Fault::Database(error)) if busy(&error) && Instant::now() < until => {
                sleep(Duration::from_millis(20)).await;
            }
            Err(Fault::Database(error)) => return Err(StoreError::new(sql::said(&error))),
            Err(Fault::Version(error)) => return Err(error),
            Ok(()) => return Ok(()),
        }
    }
}

enum Fault {
    Database(sqlx::Error),
    Version(StoreError),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// One process at a time has the lock.
async fn steps(pool: &SqlitePool) -> Result<(), Fault> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(CREATE_VERSION).execute(&mut *transaction).await?;
    let (version,): (Option<i64>,) = sqlx::query_as(READ_VERSION).fetch_one(&mut *transaction).await?;
    let taken = sql::check(version).map_err(Fault::Version)?;
    for (number, step) in (1_i64..).zip(STEPS).skip(taken) {
        (&mut *transaction).execute(&*sql::for_sqlite(step)).await?;
        sqlx::query(WRITE_VERSION).bind(number).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// `SQLITE_BUSY` or `SQLITE_LOCKED`, and their kinds.
fn busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    matches!(code.map(|code| code & 0xFF), Some(5 | 6))
}
