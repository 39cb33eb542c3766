//! What is asked.

/// Who wants to do something, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// Whom the token will speak for: `sub`. For client credentials it is the client.
    pub subject: String,
    /// Who asks for the token: `client_id`. At an exchange it is the service that will act for the subject.
    pub client: String,
    /// Whom the token is for: `aud`.
    pub resource: String,
    /// Why it is asked.
    pub occasion: Occasion,
}

impl Question {
    /// For tests of entitlements of yours.
    pub fn new(
        subject: impl Into<String>,
        client: impl Into<String>,
        resource: impl Into<String>,
        occasion: Occasion,
    ) -> Self {
        Self { subject: subject.into(), client: client.into(), resource: resource.into(), occasion }
    }
}

/// Why entitlements are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Occasion {
    /// An access token alone: for a client itself, or by the application.
    Mint,
    /// A login: an access token, and a family of refresh tokens.
    Grant,
    /// A refresh.
    Refresh,
    /// A token exchange (RFC 8693).
    Exchange,
}

impl Occasion {
    /// The name, for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mint => "mint",
            Self::Grant => "grant",
            Self::Refresh => "refresh",
            Self::Exchange => "exchange",
        }
    }
}
