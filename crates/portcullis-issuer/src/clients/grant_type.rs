//! The grant types of the token endpoint.

/// What a client may ask the token endpoint for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GrantType {
    /// A token for the client itself (RFC 6749 §4.4).
    ClientCredentials,
    /// The next token of a login (RFC 6749 §6).
    RefreshToken,
    /// A token for the caller of the client, one service further (RFC 8693).
    TokenExchange,
}

impl GrantType {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::RefreshToken, Self::TokenExchange];

    /// As it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// The grant type of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}
