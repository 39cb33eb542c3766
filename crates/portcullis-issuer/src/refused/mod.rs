//! Refusals: why nothing was minted.

mod code;
mod kind;

use std::fmt;

pub use code::ErrorCode;
pub use kind::RefusedKind;

/// Why an issuer gave nothing. [`kind`](Self::kind) is the stable machine name, [`code`](Self::code) what RFC 6749 §5.2 calls it; the
/// text is fixed and holds nothing that was sent. At an exchange, what RFC 6749 calls `invalid_grant` is `invalid_request` (RFC 8693
/// §2.2.2).
///
/// ```
/// use portcullis_issuer::{ErrorCode, Refused, RefusedKind};
///
/// let refused = Refused::from(RefusedKind::RefreshTokenReused);
/// assert_eq!(refused.code(), ErrorCode::InvalidGrant);
/// assert_eq!(refused.code().as_str(), "invalid_grant");
/// assert_eq!(refused.to_string(), "the refresh token was used before: its family has ended");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    kind: RefusedKind,
    code: ErrorCode,
}

impl Refused {
    /// The stable machine name.
    pub const fn kind(self) -> RefusedKind {
        self.kind
    }

    /// What RFC 6749 §5.2 and RFC 8693 §2.2.2 call it.
    pub const fn code(self) -> ErrorCode {
        self.code
    }

    /// A subject token that is not accepted, for whatever reason, is no grant of RFC 6749 (RFC 8693 §2.2.2).
    pub(crate) fn of_exchange(self) -> Self {
        let code = if self.code == ErrorCode::InvalidGrant { ErrorCode::InvalidRequest } else { self.code };
        Self { code, ..self }
    }
}

impl From<RefusedKind> for Refused {
    fn from(kind: RefusedKind) -> Self {
        Self { kind, code: kind.code() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())
    }
}

impl std::error::Error for Refused {}
