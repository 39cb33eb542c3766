//! What can go wrong, for whoever starts, waits or revokes.

use std::fmt;

use crate::Fault;

/// Why a list cannot be started. It never shows the URL, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartError {
    /// The URL cannot be read.
    InvalidUrl,
    /// It begins with `rediss://`, and the feature `tls` is off.
    TlsNotEnabled,
    /// It asks for TLS without a look at the certificate (`#insecure`).
    InsecureTls,
    /// The key is empty.
    EmptyKey,
    /// `max_lag` is too short.
    ShortMaxLag,
    /// `retention` is too short.
    ShortRetention,
    /// There is no Tokio runtime here.
    NoRuntime,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidUrl => {
                "not the URL of a Redis: expected `redis://user:password@host:port/database`, with `%` escapes in the password"
            }
            Self::TlsNotEnabled => "`rediss://` needs the feature `tls` of portcullis-redis",
            Self::InsecureTls => {
                "`#insecure` trusts anybody who answers: have the certificate trusted instead, with `SSL_CERT_FILE` say"
            }
            Self::EmptyKey => "the key of the stream is empty: name one, or leave the default",
            Self::ShortMaxLag => "a `max_lag` under half a second would call Redis away between two answers: give it seconds",
            Self::ShortRetention => {
                "a `retention` under two minutes drops what is still needed: give it the longest lifetime of a token, and an hour"
            }
            Self::NoRuntime => "there is no Tokio runtime here: call `start` in async code",
        })
    }
}

impl std::error::Error for StartError {}

/// Why the first copy is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadyError {
    /// Not in time, and what stood in the way last, if anything did.
    NotInTime(Option<Fault>),
    /// The list was shut down.
    Stopped,
}

impl fmt::Display for ReadyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInTime(None) => f.write_str("the revocations were not read in time"),
            Self::NotInTime(Some(fault)) => write!(f, "the revocations were not read in time: {fault}"),
            Self::Stopped => f.write_str("the list of revocations was shut down"),
        }
    }
}

impl std::error::Error for ReadyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotInTime(Some(fault)) => Some(fault),
            _ => None,
        }
    }
}

/// Why a revocation is not shared. It holds in this instance all the same, whatever the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevokeError {
    /// Redis did not take it in time. It is handed on when Redis does, as long as this instance lives; until then the
    /// others do not know.
    NotShared(Fault),
    /// It is needed for longer than the stream keeps entries.
    BeyondRetention,
    /// The issuer or the value is longer than 16 KiB: no token holds it.
    TooLong,
    /// The clock cannot tell the time, so nobody knows how long the entry is needed.
    ClockFailed,
    /// The list was shut down.
    Stopped,
}

impl fmt::Display for RevokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("revoked in this instance alone: ")?;
        match self {
            Self::NotShared(fault) => write!(f, "{fault}; try again"),
            Self::BeyondRetention => f.write_str(
                "`until` and a minute of leeway lie beyond the retention, and the stream would drop it too early: revoke until the `exp` of the last token, or raise `retention` in all instances",
            ),
            Self::TooLong => f.write_str("a name of more than 16 KiB stands in no token: revoke by another claim"),
            Self::ClockFailed => f.write_str("the clock cannot tell the time; mend it and try again"),
            Self::Stopped => f.write_str("the list was shut down"),
        }
    }
}

impl std::error::Error for RevokeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotShared(fault) => Some(fault),
            _ => None,
        }
    }
}
