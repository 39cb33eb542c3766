//! The table of kinds: name, class and fixed description of each, in one place.

use std::fmt;

/// What a refusal comes to on the wire: a row of the refusal table.
///
/// | class | HTTP | challenge | gRPC |
/// |---|---|---|---|
/// | `NoCredential` | 401 | no error code (RFC 6750 §3.1) | UNAUTHENTICATED |
/// | `InvalidRequest` | 400 | `invalid_request` | UNAUTHENTICATED |
/// | `InvalidToken` | 401 | `invalid_token` | UNAUTHENTICATED |
/// | `InsufficientScope` | 403 | `insufficient_scope`, `scope` | PERMISSION_DENIED |
/// | `Forbidden` | 403 | none: no other scope would help | PERMISSION_DENIED |
/// | `NotFound` | 404 | none | UNIMPLEMENTED |
/// | `TooOld` | 401 | `insufficient_user_authentication`, `max_age` (RFC 9470) | UNAUTHENTICATED |
/// | `Unavailable` | 503 | none; `Retry-After` | UNAVAILABLE |
/// | `Internal` | 500 | none | INTERNAL |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeniedClass {
    /// Nothing was presented.
    NoCredential,
    /// What was presented is not one well-formed credential.
    InvalidRequest,
    /// The token does not stand.
    InvalidToken,
    /// The token stands and its scopes are not enough.
    InsufficientScope,
    /// The token stands, and what is missing is no scope.
    Forbidden,
    /// The token stands, and there is no such operation.
    NotFound,
    /// The token stands and is too old for the operation.
    TooOld,
    /// It cannot be told now.
    Unavailable,
    /// The service is at fault.
    Internal,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident $name:literal $class:ident $description:literal)+) => {
        /// The stable machine name of a refusal: safe to count, to match on and to show.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DeniedKind {
            $($(#[$meta])* $kind,)+
        }

        impl DeniedKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The name, stable over versions: `"expired"`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// The row of the refusal table.
            pub const fn class(self) -> DeniedClass {
                match self { $(Self::$kind => DeniedClass::$class,)+ }
            }

            /// What goes into `error_description`: a fixed text, never a word of the token.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$kind => $description,)+ }
            }
        }
    };
}

kinds! {
    /// No credential was presented, or one of another scheme.
    MissingCredential "missing_credential" NoCredential "a bearer token is required"

    /// The credential is not of the form `Bearer <token68>` (RFC 6750 §2.1).
    MalformedCredential "malformed_credential" InvalidRequest "the credential is not one well-formed bearer token"
    /// More than one credential was presented.
    MultipleCredentials "multiple_credentials" InvalidRequest "more than one credential was presented"
    /// The credential is longer than the cap.
    CredentialTooLarge "credential_too_large" InvalidRequest "the credential is too large"
    /// The path could be read in more than one way: dot segments, double slashes, encoded slashes.
    AmbiguousPath "ambiguous_path" InvalidRequest "the path is ambiguous"

    /// Not a JWS in compact form (RFC 7515 §7.1).
    MalformedToken "malformed_token" InvalidToken "the token is malformed"
    /// The JOSE header is not acceptable: not an object, a duplicate member, `crit`, `b64`, `zip`, `enc`.
    UnacceptableHeader "unacceptable_header" InvalidToken "the token header is not acceptable"
    /// `typ` says that this is another kind of token.
    WrongType "wrong_type" InvalidToken "the token is of another type"
    /// `alg` is `none`, unknown, not in the list or not that of the key.
    AlgorithmNotAllowed "algorithm_not_allowed" InvalidToken "the token algorithm is not allowed"
    /// No key fits the header.
    UnknownKey "unknown_key" InvalidToken "the token was signed with an unknown key"
    /// Without a `kid`, more than one key fits.
    AmbiguousKey "ambiguous_key" InvalidToken "the token does not say which key signed it"
    /// The signature does not verify.
    BadSignature "bad_signature" InvalidToken "the token signature is invalid"

    /// The claims are not a JSON object of the right shape.
    MalformedClaims "malformed_claims" InvalidToken "the token claims are malformed"
    /// A required claim is missing.
    MissingClaim "missing_claim" InvalidToken "a required claim is missing"
    /// Issued by someone else.
    WrongIssuer "wrong_issuer" InvalidToken "the token is from another issuer"
    /// Meant for someone else.
    WrongAudience "wrong_audience" InvalidToken "the token is for another audience"
    /// `exp` has passed.
    Expired "expired" InvalidToken "the token has expired"
    /// `nbf` has not come yet.
    NotYetValid "not_yet_valid" InvalidToken "the token is not valid yet"
    /// `iat` is in the future.
    IssuedInFuture "issued_in_future" InvalidToken "the token was issued in the future"
    /// It lives longer than allowed.
    LifetimeTooLong "lifetime_too_long" InvalidToken "the token lives too long"
    /// It is bound to a sender (`cnf`), which is not checked here: it is no plain bearer token.
    SenderConstrained "sender_constrained" InvalidToken "the token is bound to a sender"
    /// It was revoked before its time.
    Revoked "revoked" InvalidToken "the token has been revoked"
    /// The claims do not fit the type that the service reads them into.
    ClaimsMismatch "claims_mismatch" InvalidToken "the token lacks the claims that this service reads"

    /// The scopes are not enough.
    InsufficientScope "insufficient_scope" InsufficientScope "the token lacks a scope that this operation needs"
    /// The caller lacks a role that the operation asks for.
    MissingRole "missing_role" Forbidden "the caller lacks a role that this operation needs"
    /// A claim does not have the value that the operation asks for.
    ClaimNotMet "claim_not_met" Forbidden "the token's claims do not allow this operation"
    /// The authorization details do not grant the operation (RFC 9396).
    DetailsNotMet "details_not_met" Forbidden "the token's authorization details do not allow this operation"
    /// The token is not for this object.
    WrongResource "wrong_resource" Forbidden "the token is not for this resource"
    /// The caller has roles at once that exclude each other.
    ConflictingRoles "conflicting_roles" Forbidden "the caller has roles that exclude each other"
    /// No rule of the policy opens this operation.
    NoRule "no_rule" Forbidden "no rule allows this operation"
    /// There is no such operation.
    UnknownOperation "unknown_operation" NotFound "there is no such operation"
    /// Older than the operation allows.
    TooOld "too_old" TooOld "this operation needs a more recent token"

    /// The keys cannot be had.
    KeysUnavailable "keys_unavailable" Unavailable "the signing keys are not available"
    /// Whether the token is revoked cannot be told.
    RevocationsUnavailable "revocations_unavailable" Unavailable "whether the token is revoked cannot be told now"
    /// The clock cannot tell the time.
    ClockFailed "clock_failed" Internal "internal error"
    /// The token was judged by another access model than the policy is written for.
    ModelMismatch "model_mismatch" Internal "internal error"
    /// A guard is asked for where no layer ran.
    NotGuarded "not_guarded" Internal "internal error"
}

impl fmt::Debug for DeniedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeniedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
