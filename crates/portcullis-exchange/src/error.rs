//! Why there is no token that opens less.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use portcullis_http::FetchError;

use crate::subject_token::InvalidSubjectToken;

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident $name:literal $text:literal)+) => {
        /// Why there is no token that opens less. [`as_str`](Self::as_str) is the stable machine name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ExchangeErrorKind {
            $($(#[$meta])* $kind,)+
        }

        impl ExchangeErrorKind {
            /// The name, stable over versions: `"invalid_target"`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)+ }
            }
        }
    };
}

kinds! {
    /// There is no token of the caller.
    NoSubjectToken "no_subject_token" "there is no token of the caller to exchange"
    /// The token of the caller is malformed, or there is more than one.
    BadSubjectToken "bad_subject_token" "the token of the caller is malformed, or there is more than one"
    /// The extension and the header of the request have different tokens.
    SubjectTokensDiffer "subject_tokens_differ" "the `SubjectToken` and the `Authorization` of the request differ"

    /// It took too long.
    Timeout "timeout" "it took too long"
    /// No connection, or none that is trusted.
    Unreachable "unreachable" "no connection"
    /// The connection broke off.
    Interrupted "interrupted" "the connection broke off"
    /// The exchange ended without an answer: its runtime was shut down, or the client panicked.
    Abandoned "abandoned" "the exchange ended without an answer"
    /// A redirect: they are not followed.
    Redirected "redirected" "a redirect, which is not followed"
    /// Another status than 200, and no error of OAuth.
    Status "status" "an unexpected status"
    /// The answer does not call itself JSON.
    ContentType "content_type" "the answer does not call itself JSON"
    /// Over 64 KiB.
    TooLarge "too_large" "the answer is over 64 KiB"
    /// Not the JSON that it should be (RFC 8693 §2.2.1), or a token that cannot be one.
    Malformed "malformed" "the answer is malformed"

    /// `invalid_request`: of RFC 8693 §2.2.2 also when the caller's token is not accepted.
    InvalidRequest "invalid_request" "the server does not accept the request, or the token of the caller"
    /// `invalid_client`: the client could not prove itself.
    InvalidClient "invalid_client" "the server does not accept the client: look at its id, and its secret or key"
    /// `invalid_grant`: the caller's token is not accepted.
    InvalidGrant "invalid_grant" "the server does not accept the token of the caller"
    /// `unauthorized_client`: the client may not exchange tokens.
    UnauthorizedClient "unauthorized_client" "the client may not exchange tokens"
    /// `unsupported_grant_type`: the server does not do RFC 8693.
    UnsupportedGrantType "unsupported_grant_type" "the server does not exchange tokens (RFC 8693)"
    /// `invalid_scope`: the scopes are not to be had with the caller's token.
    InvalidScope "invalid_scope" "the server does not grant these scopes"
    /// `invalid_target`: the server gives no tokens for this callee (RFC 8693 §2.2.2).
    InvalidTarget "invalid_target" "the server gives no tokens for this callee"
    /// Another error of OAuth.
    Refused "refused" "the server refuses"

    /// Not a bearer access token: another `token_type` or `issued_token_type`.
    WrongTokenType "wrong_token_type" "the answer is no bearer access token"
    /// The token opens more than was asked for: other scopes, another audience, a longer life than that of the caller's token.
    WiderThanAsked "wider_than_asked" "the token opens more than was asked for"
    /// The token has expired on arrival.
    Expired "expired" "the token has expired on arrival"

    /// The clock cannot tell the time.
    ClockFailed "clock_failed" "the clock cannot tell the time"
    /// The client could not sign its assertion.
    SigningFailed "signing_failed" "the assertion of the client could not be signed"
    /// There is no tokio runtime here.
    NoRuntime "no_runtime" "there is no tokio runtime here"
}

/// Why there is no token that opens less. It holds no token, and no text of the server but a short code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeError {
    kind: ExchangeErrorKind,
    detail: Option<Arc<str>>,
    callee: Option<Arc<str>>,
}

impl ExchangeError {
    pub(crate) fn of(kind: ExchangeErrorKind, detail: impl fmt::Display) -> Self {
        Self { kind, detail: Some(detail.to_string().into()), callee: None }
    }

    pub(crate) fn status(status: StatusCode) -> Self {
        let redirect = status.is_redirection();
        Self::of(if redirect { ExchangeErrorKind::Redirected } else { ExchangeErrorKind::Status }, status.as_u16())
    }

    /// For whom the token would have been.
    pub(crate) fn to(mut self, callee: &str) -> Self {
        self.callee = Some(callee.into());
        self
    }

    /// What it is.
    pub const fn kind(&self) -> ExchangeErrorKind {
        self.kind
    }
}

impl From<ExchangeErrorKind> for ExchangeError {
    fn from(kind: ExchangeErrorKind) -> Self {
        Self { kind, detail: None, callee: None }
    }
}

impl From<FetchError> for ExchangeError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Unreachable(cause) => Self::of(ExchangeErrorKind::Unreachable, cause),
            FetchError::Interrupted(cause) => Self::of(ExchangeErrorKind::Interrupted, cause),
            FetchError::TooLarge => ExchangeErrorKind::TooLarge.into(),
            FetchError::NotText => ExchangeErrorKind::Malformed.into(),
        }
    }
}

impl From<InvalidSubjectToken> for ExchangeError {
    fn from(error: InvalidSubjectToken) -> Self {
        match error {
            InvalidSubjectToken::Missing => ExchangeErrorKind::NoSubjectToken.into(),
            InvalidSubjectToken::Multiple | InvalidSubjectToken::Malformed => ExchangeErrorKind::BadSubjectToken.into(),
        }
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no token")?;
        self.callee.iter().try_for_each(|callee| write!(f, " for {callee}"))?;
        write!(f, ": {}", self.kind.text())?;
        self.detail.iter().try_for_each(|detail| write!(f, " ({detail})"))
    }
}

impl std::error::Error for ExchangeError {}
