//! Keys: parsed once, prepared once, each bound to one algorithm.

mod algorithm;
mod error;
mod health;
mod jwk;
mod material;
mod pem;
#[cfg(feature = "signing")]
mod private_der;
#[cfg(feature = "signing")]
mod private_jwk;
#[cfg(feature = "signing")]
mod private_pem;
#[cfg(feature = "signing")]
mod public_jwk;
mod roca;
mod set;
#[cfg(feature = "signing")]
mod signing;
mod source;
mod verifying;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use error::KeyError;
pub use health::{KeyHealth, KeyState};
pub use set::{KeySet, SkippedKey};
#[cfg(feature = "signing")]
pub use signing::SigningKey;
pub use source::{KeySource, KeysPending, StaticKeys, UnknownKid};
pub use verifying::VerifyingKey;

pub(crate) use algorithm::Algorithms;
pub(crate) use material::{Curve, Material};
#[cfg(feature = "signing")]
pub(crate) use pem::rsa_public_key;
pub(crate) use set::Found;
