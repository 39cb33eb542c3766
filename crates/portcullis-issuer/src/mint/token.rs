//! What is handed out.

use std::fmt;

use portcullis_core::{ScopeSet, Timestamp};

use crate::family::RefreshToken;

/// An access token, and what it is good for. `Debug` does not show the token.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) token: String,
    pub(crate) scopes: ScopeSet,
    pub(crate) resource: String,
    pub(crate) id: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl AccessToken {
    /// The token, as it goes to the client.
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// The scopes in it.
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// `aud`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// `jti`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `exp`.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// `expires_in` of RFC 6749 §5.1: seconds from its date of issue.
    pub const fn expires_in(&self) -> u64 {
        self.expires_at.saturating_since(self.issued_at).as_secs()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("scopes", &self.scopes)
            .field("resource", &self.resource)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// An access token, and the refresh token for the next one.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens what it names, for minutes.
    pub access: AccessToken,
    /// Good once.
    pub refresh: RefreshToken,
}
