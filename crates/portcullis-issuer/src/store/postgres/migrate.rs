//! Bringing the tables of a database up to date.

use sqlx::{Executor, PgConnection, PgPool};

use crate::store::StoreError;
use crate::store::sql::{self, CREATE_VERSION, PG_SCHEMA_LOCK, READ_VERSION, STEPS, VERSION, WRITE_VERSION};

/// Tables that are up to date are left alone: whoever uses them need not be allowed to make any.
pub(super) async fn bring_up_to_date(pool: &PgPool) -> Result<(), StoreError> {
    let version = sql::attempt(|| version(pool.clone())).await.map_err(StoreError::new)?;
    if version == Some(VERSION) {
        return Ok(());
    }
    // Before anything is touched.
    sql::check(version)?;
    let reached = sql::attempt(|| steps(pool.clone())).await.map_err(StoreError::new)?;
    if reached > VERSION { Err(sql::newer(reached)) } else { Ok(()) }
}

async fn version(pool: PgPool) -> Result<Option<i64>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    version_of(&mut connection).await
}

/// `None` if there are no tables yet.
async fn version_of(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    // Not `to_regclass`: it answers from what the connection remembers, and forgets nothing while it waits for the lock of `steps`.
    let there = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class
        WHERE relname = 'portcullis_schema' AND pg_catalog.pg_table_is_visible(oid))";
    let (there,): (bool,) = sqlx::query_as(there).fetch_one(&mut *connection).await?;
    if !there {
        return Ok(None);
    }
    let (version,): (Option<i64>,) = sqlx::query_as(READ_VERSION).fetch_one(&mut *connection).await?;
    Ok(version)
}

/// Takes the steps that are left, and says where that leads: a newer issuer may have started at the same time.
async fn steps(pool: PgPool) -> Result<i64, sqlx::Error> {
    // Whoever waited for the lock has to see what was done meanwhile, whatever the database is set to.
    let mut transaction = pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    // It goes with the transaction: no session has to be kept.
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(PG_SCHEMA_LOCK).execute(&mut *transaction).await?;
    let mut reached = version_of(&mut transaction).await?.unwrap_or(0);
    if reached < VERSION {
        sqlx::query(CREATE_VERSION).execute(&mut *transaction).await?;
    }
    for (number, step) in (1_i64..).zip(STEPS).filter(|(number, _)| *number > reached).collect::<Vec<_>>() {
        (&mut *transaction).execute(*step).await?;
        sqlx::query(WRITE_VERSION).bind(number).execute(&mut *transaction).await?;
        reached = number;
    }
    transaction.commit().await?;
    Ok(reached)
}
