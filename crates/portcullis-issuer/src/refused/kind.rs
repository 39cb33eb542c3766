//! Every reason, by name.

use super::ErrorCode;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $name:literal, $code:ident, $text:literal;)*) => {
        /// Why an issuer gave nothing, as a stable machine name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RefusedKind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl RefusedKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The name, for logs and metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// What the protocols call it; [`Refused::code`](super::Refused::code) also knows what was asked for.
            pub const fn code(self) -> ErrorCode {
                match self { $(Self::$kind => ErrorCode::$code,)* }
            }

            pub(super) const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }
        }
    };
}

kinds! {
    /// The request is none: not `POST`, not a form, too long, a parameter missing or malformed.
    MalformedRequest = "malformed_request", InvalidRequest, "the request is malformed";
    /// A parameter is there more than once (RFC 6749 §3.2).
    RepeatedParameter = "repeated_parameter", InvalidRequest, "a parameter is repeated";
    /// The client is unknown, did not authenticate, or not in its own way; which of them is not said.
    InvalidClient = "invalid_client", InvalidClient, "the client is not authenticated";
    /// The client may not use this grant type.
    GrantTypeNotAllowed = "grant_type_not_allowed", UnauthorizedClient, "the client may not use this grant type";
    /// The grant type is none of those that are offered.
    UnsupportedGrantType = "unsupported_grant_type", UnsupportedGrantType, "the grant type is not supported";
    /// The type of token is not known.
    UnsupportedTokenType = "unsupported_token_type", UnsupportedTokenType, "the type of token is not supported";
    /// The refresh token was never issued, or its family is long gone.
    UnknownRefreshToken = "unknown_refresh_token", InvalidGrant, "the refresh token is not known";
    /// The refresh token was spent: whoever presents it has a copy, or lost one. The family has ended.
    RefreshTokenReused = "refresh_token_reused", InvalidGrant, "the refresh token was used before: its family has ended";
    /// The family was ended: by a logout, a revocation, or a reuse.
    FamilyEnded = "family_ended", InvalidGrant, "the grant has ended";
    /// The refresh token was not used in time, or its family is as old as it may be.
    GrantExpired = "grant_expired", InvalidGrant, "the grant has expired";
    /// The refresh token was issued to another client.
    WrongClient = "wrong_client", InvalidGrant, "the refresh token was issued to another client";
    /// The subject is not to have anything now.
    SubjectDisabled = "subject_disabled", InvalidGrant, "the subject is disabled";
    /// The roles of the subject exclude each other.
    ConflictingRoles = "conflicting_roles", InvalidGrant, "the roles of the subject exclude each other";
    /// The subject token does not stand, was not for this client, or has ended.
    SubjectTokenRefused = "subject_token_refused", InvalidRequest, "the subject token is not accepted";
    /// The subject token went through as many hands as it may.
    ActorChainTooLong = "actor_chain_too_long", InvalidRequest, "the chain of actors is too long";
    /// Nothing of what was asked for can be granted now.
    NothingGranted = "nothing_granted", InvalidScope, "nothing of what was asked for can be granted";
    /// More was asked for than was granted once.
    BeyondGrant = "beyond_grant", InvalidScope, "more was asked for than was granted";
    /// A scope that is none by the grammar of RFC 6749 §3.3.
    MalformedScope = "malformed_scope", InvalidScope, "the scope is malformed";
    /// The resource is unknown, not named although there are several, or not open to this client.
    UnknownTarget = "unknown_target", InvalidTarget, "the resource is not known, or not open to this client";
    /// The refresh token is for another resource.
    WrongTarget = "wrong_target", InvalidTarget, "the grant is for another resource";
    /// Who the subject is and what it may do can't be told now.
    EntitlementsUnavailable = "entitlements_unavailable", TemporarilyUnavailable, "what the subject may do cannot be told now";
    /// The store can't be reached now.
    StoreUnavailable = "store_unavailable", TemporarilyUnavailable, "the grants cannot be reached now";
    /// Whether the subject token is revoked can't be told now, or a revocation can't be told to others.
    RevocationsUnavailable = "revocations_unavailable", TemporarilyUnavailable, "revocations cannot be reached now";
    /// The signing keys of the store may be out of date.
    KeysUnavailable = "keys_unavailable", TemporarilyUnavailable, "the signing keys cannot be had now";
    /// Too many requests.
    TooManyRequests = "too_many_requests", TemporarilyUnavailable, "too many requests";
    /// The clock can't tell the time.
    ClockFailed = "clock_failed", ServerError, "the time cannot be told";
    /// A key can't sign, there is no randomness, or the issuer's own rules contradict each other.
    Internal = "internal", ServerError, "the issuer cannot mint";
}
