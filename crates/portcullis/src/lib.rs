#![doc = include_str!("../README.md")]

mod authority;
mod checks;
mod claims;
mod credential;
mod guard;
pub mod policy;
mod proofs;
mod refusal;
mod request;

pub use authority::{
    Authority, AuthorityBuilder, DangerousCredentials, IssuerHealth, NeedsAudience, NeedsIssuer, NeedsKeys, NeedsRealm,
    OneIssuer, Several, Trusted,
};
pub use checks::{EnforceExpiry, ExtractClaims, LeaveOpen, RequireScope, VerifySignature};
pub use claims::Claims;
pub use credential::CredentialSource;
pub use guard::{Check, Guard, GuardLayer, Head, ResponseFuture, Verdict};
pub use refusal::{NoBody, ProblemDetails, Protocol, Refusal, Responder};
pub use request::GuardedRequest;

pub use portcullis_core::{
    AccessModel, AccessModelBuilder, Algorithm, AllOf, Answer, AnyOf, AuthorizationDetail, ClaimPath, ClaimRef,
    ClaimValue, Clock, ClockError, DangerousRules, Denied, DeniedClass, DeniedKind, DetailType, DetailsRule,
    EmptyRequirement, Expr, Granted, GrantedOn, InvalidClaimPath, InvalidScope, KeyError, KeyHealth, KeySet, KeySource,
    KeyState, KeysPending, Limits, MemoryRevocations, ModelError, ModelFault, ModelPart, Owner, Parameters, Permission,
    PermissionList, Principal, Requirement, Resource, Revocable, Revocation, Revocations, Rules, Scope, ScopeSet,
    Scopes, SetupError, SignedToken, SkippedKey, Standing, StaticKeys, SystemClock, TenantResolver, Tenants, Timestamp,
    Trust, TrustMap, UnknownAlgorithm, UnknownKid, Unverified, Verifier, VerifyingKey, permissions, scope,
};
pub use portcullis_macros::{guarded, public, require};
