#![doc = include_str!("../README.md")]

mod authority;
mod checks;
mod claims;
mod credential;
mod guard;
mod proofs;
mod refusal;
mod request;

pub use authority::{Authority, AuthorityBuilder, DangerousCredentials, NeedsAudience, NeedsIssuer, NeedsKeys};
pub use checks::{EnforceExpiry, ExtractClaims, RequireScope, VerifySignature};
pub use claims::Claims;
pub use credential::CredentialSource;
pub use guard::{Check, Guard, GuardLayer, Head, ResponseFuture, Verdict};
pub use refusal::{NoBody, ProblemDetails, Protocol, Refusal, Responder};
pub use request::GuardedRequest;

pub use portcullis_core::{
    Algorithm, AllOf, AnyOf, ClaimPath, Clock, ClockError, DangerousRules, Denied, DeniedClass, DeniedKind,
    EmptyRequirement, Expr, Granted, InvalidScope, KeyError, KeySet, KeySource, KeysPending, Limits, Permission,
    PermissionList, Principal, Requirement, Rules, Scope, ScopeSet, Scopes, SetupError, SignedToken, SkippedKey,
    StaticKeys, SystemClock, Timestamp, UnknownAlgorithm, UnknownKid, Unverified, Verifier, VerifyingKey, permissions,
    scope,
};
pub use portcullis_macros::{guarded, public, require};
