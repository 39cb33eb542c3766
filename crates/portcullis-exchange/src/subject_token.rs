//! The token of the caller.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use portcullis_core::bearer_token;

use crate::token::is_token68;

/// The longest, in bytes: more than any server of this world takes in a header.
const LONGEST: usize = 16 * 1024;

/// The token that a service was called with, to be exchanged for one that opens less. It goes with an outgoing request as an
/// extension. It is not verified here: that is the job of the layers that let the caller in.
///
/// ```
/// use portcullis_exchange::{InvalidSubjectToken, SubjectToken};
///
/// let mut headers = http::HeaderMap::new();
/// assert_eq!(SubjectToken::from_headers(&headers), Err(InvalidSubjectToken::Missing));
/// headers.insert("authorization", "Bearer abc".parse()?);
/// assert_eq!(SubjectToken::from_headers(&headers)?, SubjectToken::bearer("abc")?);
/// assert_eq!(SubjectToken::bearer("a b"), Err(InvalidSubjectToken::Malformed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubjectToken(Arc<str>);

impl SubjectToken {
    /// A token as it stands behind `Bearer`.
    ///
    /// # Errors
    /// When it is no `token68` (RFC 6750 §2.1), or over 16 KiB.
    pub fn bearer(token: impl AsRef<str>) -> Result<Self, InvalidSubjectToken> {
        let token = token.as_ref();
        if token.len() <= LONGEST && is_token68(token) {
            Ok(Self(token.into()))
        } else {
            Err(InvalidSubjectToken::Malformed)
        }
    }

    /// The token of these headers: `Authorization: Bearer`.
    ///
    /// # Errors
    /// When there is none, more than one, or one that is malformed.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidSubjectToken> {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let field = fields.next().ok_or(InvalidSubjectToken::Missing)?;
        if fields.next().is_some() {
            return Err(InvalidSubjectToken::Multiple);
        }
        let token = bearer_token(field.as_bytes()).map_err(|_| InvalidSubjectToken::Malformed)?;
        let token = token.ok_or(InvalidSubjectToken::Missing)?;
        Self::bearer(std::str::from_utf8(token).map_err(|_| InvalidSubjectToken::Malformed)?)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without the token.
impl fmt::Debug for SubjectToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectToken(_)")
    }
}

/// Why there is no subject token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSubjectToken {
    /// No bearer token.
    Missing,
    /// More than one credential.
    Multiple,
    /// Not a `token68` (RFC 6750 §2.1), or over 16 KiB.
    Malformed,
}

impl fmt::Display for InvalidSubjectToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no bearer token of the caller",
            Self::Multiple => "there is more than one credential of the caller",
            Self::Malformed => "the bearer token of the caller is malformed",
        })
    }
}

impl std::error::Error for InvalidSubjectToken {}
