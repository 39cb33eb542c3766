//! Why Redis could not be used.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use redis::{ErrorKind, RedisError, ServerErrorKind};
use serde::{Serialize, Serializer};

/// Why Redis could not be used. Made from the kind of an error alone: it holds nothing that was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// No connection, or it broke off.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// TLS could not be agreed on, the certificate is not trusted, say.
    Tls,
    /// The user name or password is missing or wrong.
    AuthenticationFailed,
    /// The user may not do it.
    NotPermitted,
    /// The key is there and is no stream.
    WrongType,
    /// It is a replica, which takes no writes.
    ReadOnly,
    /// Its memory is full.
    OutOfMemory,
    /// It is starting, and loads its data.
    Loading,
    /// Another error of the server.
    Refused,
    /// An answer of another shape than Redis gives.
    UnexpectedReply,
}

impl Fault {
    /// A stable name: `"timed_out"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Tls => "tls",
            Self::AuthenticationFailed => "authentication_failed",
            Self::NotPermitted => "not_permitted",
            Self::WrongType => "wrong_type",
            Self::ReadOnly => "read_only",
            Self::OutOfMemory => "out_of_memory",
            Self::Loading => "loading",
            Self::Refused => "refused",
            Self::UnexpectedReply => "unexpected_reply",
        }
    }

    pub(crate) fn of(error: RedisError) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::AuthenticationFailed,
            ErrorKind::Io if is_invalid_data(&error) => Self::Tls,
            ErrorKind::Io => Self::Unreachable,
            // What fails before anything is sent is the set-up of TLS: all else of the URL was looked at beforehand.
            ErrorKind::Client | ErrorKind::InvalidClientConfig => Self::Tls,
            ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Self::UnexpectedReply,
            ErrorKind::Server(ServerErrorKind::ReadOnly) => Self::ReadOnly,
            ErrorKind::Server(ServerErrorKind::BusyLoading) => Self::Loading,
            ErrorKind::Server(ServerErrorKind::NoPerm) => Self::NotPermitted,
            _ => Self::by_code(error),
        }
    }

    /// The first word of a server's error, which the client library does not know by name.
    fn by_code(error: RedisError) -> Self {
        let errors = error.into_server_errors();
        match errors.as_deref().and_then(|errors| errors.first()).map(|(_, error)| error.code()) {
            Some("NOAUTH" | "WRONGPASS") => Self::AuthenticationFailed,
            Some("WRONGTYPE") => Self::WrongType,
            Some("OOM") => Self::OutOfMemory,
            _ => Self::Refused,
        }
    }
}

/// As rustls reports a handshake that failed.
fn is_invalid_data(error: &RedisError) -> bool {
    // The client library keeps the cause in an `Arc`, and hands that out as the cause.
    let cause = error.source().and_then(|cause| cause.downcast_ref::<Arc<dyn Error + Send + Sync>>());
    let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::InvalidData)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "no connection to Redis: is the address right, and does it run?",
            Self::TimedOut => "Redis did not answer in time",
            Self::Tls => "no TLS with Redis: is its certificate trusted, and made for that name?",
            Self::AuthenticationFailed => "Redis does not accept the user name and password of the URL, or wants some",
            Self::NotPermitted => "the user may not do that: it needs `+xadd +xread +xrange +xtrim` on the key",
            Self::WrongType => "the key is in use for something else: give the stream a key of its own",
            Self::ReadOnly => "that Redis is a replica: name the primary",
            Self::OutOfMemory => "the memory of Redis is full: raise `maxmemory`",
            Self::Loading => "Redis is starting",
            Self::Refused => "Redis refused the command: its log tells more",
            Self::UnexpectedReply => "an answer that is none of Redis 6.2 or later",
        })
    }
}

impl Error for Fault {}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_that_fails_is_told_from_a_connection_that_does() {
        let of = |kind: io::ErrorKind| Fault::of(RedisError::from(io::Error::from(kind)));
        assert_eq!(of(io::ErrorKind::InvalidData), Fault::Tls);
        assert_eq!(of(io::ErrorKind::ConnectionRefused), Fault::Unreachable);
        assert_eq!(of(io::ErrorKind::TimedOut), Fault::TimedOut);
    }
}
