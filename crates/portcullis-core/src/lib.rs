//! The heart of Portcullis, without I/O: scopes, permissions, keys, the verification of tokens, and the proofs that it
//! leaves behind. Domain code depends on this crate alone.
//!
//! | module | what it is |
//! |---|---|
//! | [`scope`](Scope) | the words a token is made of |
//! | [`permission`](Permission) | expressions over scopes, as types and as values |
//! | [`model`](AccessModel) | what scopes imply, what roles stand for, which roles exclude each other |
//! | [`key`](KeySource) | verification keys, prepared once, each bound to its algorithm |
//! | [`verify`](Verifier) | the rules, the verifier that applies them, and whom to [`Trust`] |
//! | [`revocation`](Revocations) | what is revoked before its time |
//! | [`proof`](Principal) | `Principal`, `Granted<P>`, and `GrantedOn<P, R>` for one object |
//! | [`details`](AuthorizationDetail) | authorization details (RFC 9396): what was granted, finer than a scope |
//! | [`denied`](Denied) | why not |
//! | [`time`](Clock) | time that can fail |
//!
//! A whole round, with a token that passes and one that does not:
//!
#![cfg_attr(feature = "signing", doc = "```")]
#![cfg_attr(not(feature = "signing"), doc = "```ignore")]
//! use portcullis_core::{Algorithm, Granted, Rules, SigningKey, StaticKeys, SystemClock, Clock, Verifier};
//!
//! portcullis_core::permissions! {
//!     pub ReadOrders = "orders:read";
//!     pub WriteOrders = "orders:write";
//! }
//! /// The resource layer: there is no call without the proof.
//! fn list_orders(by: &Granted<ReadOrders>) -> String {
//!     format!("the orders of {}", by.principal().subject().unwrap_or("nobody"))
//! }
//!
//! let key = SigningKey::generate(Algorithm::ES256)?;
//! let keys = StaticKeys::from(key.verifying_key()?);
//! let verifier = Verifier::new("https://id.test", ["https://api.test"], keys, Rules::new())?;
//!
//! let now = SystemClock.now()?.as_secs();
//! let claims = format!(
//!     r#"{{"iss":"https://id.test","aud":"https://api.test","sub":"alice","scope":"orders:read","iat":{now},"exp":{}}}"#,
//!     now + 300
//! );
//! let token = key.sign_token("at+jwt", &claims)?;
//!
//! let caller = verifier.verify(&token).map_err(|refused| refused.into_denied())?;
//! assert_eq!(list_orders(&caller.require::<ReadOrders>()?), "the orders of alice");
//! assert!(caller.require::<WriteOrders>().is_err());
//! assert!(verifier.verify(&token.replace('.', "..")).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claim;
mod crypto;
mod denied;
mod details;
mod key;
mod model;
mod permission;
mod proof;
mod revocation;
mod scope;
mod time;
mod token;
mod verify;

pub use claim::{ClaimPath, ClaimRef, ClaimValue, InvalidClaimPath};
pub use denied::{Denied, DeniedClass, DeniedKind};
pub use details::{AuthorizationDetail, DetailType, DetailsRule};
#[cfg(feature = "signing")]
pub use key::SigningKey;
pub use key::{
    Algorithm, KeyError, KeyHealth, KeySet, KeySource, KeyState, KeysPending, SkippedKey, StaticKeys, UnknownAlgorithm,
    UnknownKid, VerifyingKey,
};
pub use model::{AccessModel, AccessModelBuilder, ModelError, ModelFault, ModelPart};
pub use permission::{
    AllOf, Answer, AnyOf, EmptyRequirement, Expr, Parameters, Permission, PermissionList, Requirement,
};
#[doc(hidden)]
pub use permission::{Demand, Literal};
pub use proof::{Granted, GrantedOn, Owner, Principal, Resource, SignedToken};
pub use revocation::{MemoryRevocations, Revocable, Revocation, Revocations, Standing};
pub use scope::{InvalidScope, Scope, ScopeSet, Scopes};
pub use time::{Clock, ClockError, SystemClock, Timestamp};
pub use verify::{
    DangerousRules, Explanation, Inspection, Limits, NotJudged, Outcome, Rules, SetupError, Step, TenantResolver,
    Tenants, Trust, TrustMap, Unverified, Verifier, bearer_token,
};
