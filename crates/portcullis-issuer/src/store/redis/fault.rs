//! Why Redis could not be used.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::StoreError;

/// Redis did not answer in time.
pub(super) fn late() -> StoreError {
    StoreError::new("Redis did not answer in time")
}

/// Redis answered what none of our scripts writes.
pub(super) fn foreign() -> StoreError {
    StoreError::new("an entry in Redis is none of ours: give the issuer a prefix, or a database, of its own")
}

/// By the kind of an error alone: its text may quote what was sent.
pub(super) fn of(error: RedisError) -> StoreError {
    if error.is_timeout() {
        return late();
    }
    StoreError::new(match error.kind() {
        ErrorKind::AuthenticationFailed => "Redis does not accept the user name and password of the URL, or wants some",
        ErrorKind::Io => "no connection to Redis: is the address right, does it run, is its certificate trusted?",
        // What fails before anything is sent is the set-up of TLS: all else of the URL was looked at beforehand.
        ErrorKind::Client | ErrorKind::InvalidClientConfig => {
            "no TLS with Redis: are there trusted roots on this machine?"
        }
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => "an answer that is none of Redis 6.2 or later",
        ErrorKind::Server(ServerErrorKind::ReadOnly) => "that Redis is a replica: name the primary",
        ErrorKind::Server(ServerErrorKind::BusyLoading) => "Redis is starting",
        ErrorKind::Server(ServerErrorKind::NoPerm) => {
            "the user of Redis may not do that: it needs scripts, and to read and write keys with the prefix of the issuer"
        }
        _ => by_code(error),
    })
}

/// The first word of a server's error, which the client library does not know by name.
fn by_code(error: RedisError) -> &'static str {
    let errors = error.into_server_errors();
    match errors.as_deref().and_then(|errors| errors.first()).map(|(_, error)| error.code()) {
        Some("NOAUTH" | "WRONGPASS") => "Redis does not accept the user name and password of the URL, or wants some",
        Some("WRONGTYPE") => "a key in Redis is in use for something else: give the issuer a prefix of its own",
        Some("OOM") => "the memory of Redis is full: raise `maxmemory`",
        Some("MISCONF") => "Redis cannot write to its disk: its log tells more",
        _ => "Redis refused the command: its log tells more",
    }
}
