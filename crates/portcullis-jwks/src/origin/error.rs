//! Why keys could not be loaded.

use std::fmt;

use http::StatusCode;
use portcullis_core::KeyError;
use portcullis_http::FetchError;

/// Why keys could not be loaded, for the log. It holds nothing of a document but the name of another issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    kind: LoadErrorKind,
    detail: Option<String>,
    place: Option<String>,
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
        Self { kind, detail: Some(detail.to_string()), place: None }
    }

    /// Where it happened, if nobody said before.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = self.place.or_else(|| Some(place.to_string()));
        self
    }

    /// Whether the same may well work in a moment: the document was not seen.
    pub(crate) fn may_pass(&self) -> bool {
        match self.kind {
            LoadErrorKind::Timeout | LoadErrorKind::Unreachable | LoadErrorKind::Interrupted => true,
            LoadErrorKind::Status(status) => status.is_server_error(),
            _ => false,
        }
    }

    /// What it is.
    pub const fn kind(&self) -> LoadErrorKind {
        self.kind
    }
}

impl From<LoadErrorKind> for LoadError {
    fn from(kind: LoadErrorKind) -> Self {
        Self { kind, detail: None, place: None }
    }
}

impl From<FetchError> for LoadError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Unreachable(cause) => Self::of(LoadErrorKind::Unreachable, cause),
            FetchError::Interrupted(cause) => Self::of(LoadErrorKind::Interrupted, cause),
            FetchError::TooLarge => LoadErrorKind::TooLarge.into(),
            FetchError::NotText => LoadErrorKind::Malformed.into(),
        }
    }
}

impl From<KeyError> for LoadError {
    fn from(error: KeyError) -> Self {
        LoadErrorKind::Keys(error).into()
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.kind {
            LoadErrorKind::Keys(error) => &error.to_string(),
            LoadErrorKind::Timeout => "it took too long",
            LoadErrorKind::Unreachable => "no connection",
            LoadErrorKind::Interrupted => "the connection broke off",
            LoadErrorKind::Status(_) => "an unexpected status",
            LoadErrorKind::Redirected => "a redirect, which is not followed: give the address that it leads to",
            LoadErrorKind::ContentType => "the response does not call itself JSON",
            LoadErrorKind::TooLarge => "over 512 KiB",
            LoadErrorKind::Malformed => "not the JSON document that it should be",
            LoadErrorKind::IssuerMismatch => {
                "the metadata is of another issuer: give the `issuer` that it names, to the byte, if you trust it; where the provider is reached by another address than its name, give `RemoteKeys::at` the `jwks_uri`"
            }
            LoadErrorKind::UnsafePlace => "the `jwks_uri` is not safe to fetch from",
            LoadErrorKind::Unreadable => "the file cannot be read",
        };
        f.write_str(text)?;
        self.detail.iter().try_for_each(|detail| write!(f, " ({detail})"))?;
        self.place.iter().try_for_each(|place| write!(f, ", from {place}"))
    }
}

impl std::error::Error for LoadError {}
