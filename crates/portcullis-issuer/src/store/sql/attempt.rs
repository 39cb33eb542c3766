//! Asking a database: in bounded time, and again when it let another go first.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use sqlx::Error;

/// For how long an answer is waited for. A connection is waited for within it.
const PATIENCE: Duration = Duration::from_secs(8);

/// How often a statement is tried that the database gave up in favour of another.
const TRIES: usize = 10;

/// Runs one statement. It may run several times, each time but the last without effect: it is for statements that are transactions.
///
/// # Errors
/// With what went wrong, without anything of the statement, the values or the address.
pub(crate) async fn attempt<T, F>(statement: impl Fn() -> F) -> Result<T, Cow<'static, str>>
where
    F: Future<Output = Result<T, Error>>,
{
    let tries = async {
        let mut left = TRIES;
        loop {
            left = left.saturating_sub(1);
            match statement().await {
                Err(error) if left > 0 && gave_way(&error) => {}
                done => return done,
            }
        }
    };
    match tokio::time::timeout(PATIENCE, tries).await {
        Ok(done) => done.map_err(|error| said(&error)),
        Err(_) => Err("the database does not answer".into()),
    }
}

/// A deadlock or a serialization failure: nothing was done, and it may be asked again (PostgreSQL).
fn gave_way(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// What went wrong, by its kind alone: messages of databases quote values, and those of drivers addresses.
pub(crate) fn said(error: &Error) -> Cow<'static, str> {
    match error {
        Error::Database(error) => match error.code() {
            Some(code) => format!("the database refused, code {code}").into(),
            None => "the database refused".into(),
        },
        Error::Io(error) => format!("the database cannot be reached: {}", error.kind()).into(),
        Error::Configuration(_) => "the address of the database is none".into(),
        Error::Tls(_) => "no TLS with the database".into(),
        Error::PoolTimedOut => "no connection to the database in time".into(),
        Error::PoolClosed => "the connections to the database are closed".into(),
        Error::RowNotFound => "a row is missing".into(),
        Error::ColumnIndexOutOfBounds { .. }
        | Error::ColumnNotFound(_)
        | Error::ColumnDecode { .. }
        | Error::Decode(_)
        | Error::TypeNotFound { .. } => "a row is not as it should be".into(),
        _ => "the driver of the database failed".into(),
    }
}
