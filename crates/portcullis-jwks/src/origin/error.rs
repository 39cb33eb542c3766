//! Why keys could not be loaded.

use std::fmt;

use http::StatusCode;
use portcullis_core::KeyError;

/// Why keys could not be loaded, for the log. It holds nothing of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    kind: LoadErrorKind,
    detail: Option<String>,
}

/// Why keys could not be loaded. [`as_str`](Self::as_str) is the stable machine name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// It took too long, in all.
    Timeout,
    /// No connection, or none that is trusted.
    Unreachable,
    /// The connection broke off.
    Interrupted,
    /// Another status than 200, or 304 where that is an answer.
    Status(StatusCode),
    /// A redirect: they are not followed.
    Redirected,
    /// The response does not call itself JSON.
    ContentType,
    /// Over 512 KiB.
    TooLarge,
    /// Not the JSON document that it should be.
    Malformed,
    /// The metadata is of another issuer (OpenID Connect Discovery 1.0 §4.3, RFC 8414 §3.3).
    IssuerMismatch,
    /// The metadata names a place that is not safe to fetch from.
    UnsafePlace,
    /// The document is no set of keys that can be used.
    Keys(KeyError),
    /// The file cannot be read.
    Unreadable,
}

impl LoadErrorKind {
    /// The name, stable over versions: `"timeout"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
            Self::Status(_) => "status",
            Self::Redirected => "redirected",
            Self::ContentType => "content_type",
            Self::TooLarge => "too_large",
            Self::Malformed | Self::Keys(KeyError::MalformedJwk) => "malformed",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::UnsafePlace => "unsafe_place",
            Self::Keys(KeyError::TooManyKeys) => "too_many_keys",
            Self::Keys(_) => "no_usable_key",
            Self::Unreadable => "unreadable",
        }
    }
}

impl LoadError {
    pub(crate) fn of(kind: LoadErrorKind, detail: impl fmt::Display) -> Self {
        Self { kind, detail: Some(detail.to_string()) }
    }

    /// The stable machine name.
    pub const fn kind(&self) -> LoadErrorKind {
        self.kind
    }
}

impl From<LoadErrorKind> for LoadError {
    fn from(kind: LoadErrorKind) -> Self {
        Self { kind, detail: None }
    }
}

impl From<KeyError> for LoadError {
    fn from(error: KeyError) -> Self {
        LoadErrorKind::Keys(error).into()
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            LoadErrorKind::Timeout => "it took too long",
            LoadErrorKind::Unreachable => "no connection",
            LoadErrorKind::Interrupted => "the connection broke off",
            LoadErrorKind::Status(_) => "an unexpected status",
            LoadErrorKind::Redirected => "a redirect, which is not followed: give the address that it leads to",
            LoadErrorKind::ContentType => "the response does not call itself JSON",
            LoadErrorKind::TooLarge => "over 512 KiB",
            LoadErrorKind::Malformed => "not the JSON document that it should be",
            LoadErrorKind::IssuerMismatch => {
                "the metadata is of another issuer: give the `issuer` that it names, to the byte, if you trust it"
            }
            LoadErrorKind::UnsafePlace => "the `jwks_uri` is not safe to fetch from",
            LoadErrorKind::Keys(error) => return error.fmt(f),
            LoadErrorKind::Unreadable => "the file cannot be read",
        })?;
        self.detail.iter().try_for_each(|detail| write!(f, " ({detail})"))
    }
}

impl std::error::Error for LoadError {}
