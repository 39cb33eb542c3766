//! The issuing half of least privilege, for [Portcullis](https://docs.rs/portcullis): for teams that mint their own tokens. Resource
//! servers never depend on it.
//!
//! What it promises:
//!
//! 1. **Granted is what was asked for and the subject is entitled to**, asked at every mint, refresh and exchange; an answer is never
//!    kept, and without one nothing is minted. An empty result is a refusal, never an empty token.
//! 2. **Tokens are short.** Five minutes, unless told otherwise, and never over the cap (RFC 9068).
//! 3. **Refresh re-evaluates.** A refresh gives what was granted once and the subject may do now; who is disabled gets nothing.
//! 4. **Refresh tokens are good once.** 256 bits, kept as a hash, bound to client and resource, in families: whoever presents a spent one
//!    ends the family, and nothing else about the grant is looked at first (RFC 9700 §4.14.2). The one spent last has a short grace, for
//!    answers that were lost.
//! 5. **Exchange only narrows** (RFC 8693): scopes, resource and life, with everyone who acted told by `act`.
//! 6. **Nothing leaks.** No log line, `Debug` or error holds a token, a key or a secret.
//!
//! [`Issuer`] shows a round of it.
//!
//! # Features
//!
//! | feature | what for |
//! |---|---|
//! | `sqlite` (default) | `SqliteStore`, `SqlEntitlements`; pools are those of sqlx 0.8 |
//! | `postgres`, `postgres-tls` | `PostgresStore`, `SqlEntitlements`; TLS to the server |
//! | `redis`, `redis-tls` | `RedisStore`; TLS to the server |
//! | `aws-lc-rs` (default), `rust-crypto` | who signs |

mod audit;
mod clients;
mod endpoints;
mod entitlements;
mod family;
mod issuer;
mod keys;
mod mint;
mod random;
mod refused;
mod store;

pub use audit::{Action, AuditEvent};
pub use clients::{Client, ClientSecret, ClientTable, Clients, ClientsUnavailable, GrantType, SecretError};
pub use endpoints::{
    Admission, Attempt, EndpointKind, Endpoints, JwksEndpoint, MetadataEndpoint, RevocationEndpoint, Throttle,
    TokenEndpoint,
};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use entitlements::SqlEntitlements;
pub use entitlements::{
    AssignError, CustomClaims, Entitled, Entitlement, Entitlements, EntitlementsFn, EntitlementsUnavailable,
    InvalidClaims, Occasion, Question, RoleTable,
};
pub use family::{
    Authentication, EndReason, Ended, Family, FamilyKey, RefreshToken, Rotation, SecretHash, Seed, Spent,
};
pub use issuer::{
    Actor, Ask, Asking, Exchange, Grant, Issuer, IssuerBuilder, Mint, NeedsEntitlements, NeedsKeys, NeedsResource,
    NeedsStore, Refresh, ResourceServer, RevocationError, SetupError,
};
pub use keys::{FixedKeys, IssuerKeySource, IssuerKeys, KeptKeys, KeyRecord};
pub use mint::{AccessToken, Tokens};
pub use refused::{ErrorCode, Refused, RefusedKind};
#[cfg(feature = "postgres")]
pub use store::PostgresStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{MemoryStore, Store, StoreError, UseMark};

#[cfg(feature = "redis")]
pub use store::{ConnectRedis, RedisStore};
