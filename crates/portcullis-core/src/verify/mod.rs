//! Verification: a token in, a proof or a refusal out.
//!
//! [`rules`] is the list, one function a rule, each with its source. [`Verifier`] calls them in order.

mod explain;
mod failure;
mod known_headers;
mod rules;
mod settings;
mod setup_error;
mod trust;
mod verifier;

pub use explain::{Explanation, Inspection, NotJudged, Outcome, Step};
pub use failure::Unverified;
pub use rules::bearer_token;
pub use settings::{DangerousRules, Limits, Rules};
pub use setup_error::SetupError;
pub use trust::{TenantResolver, Tenants, Trust, TrustMap};
pub use verifier::Verifier;
