//! The signature backend: prepared keys that verify, and behind the feature `signing`, that sign.
//!
//! Both backends have the same two types and pass the same tests. AWS-LC wins when both are on, so that features
//! unified across a dependency graph can only make things faster.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "aws-lc-rs")]
use aws_lc as backend;

#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
mod rust_crypto;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
use rust_crypto as backend;

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
compile_error!(
    "portcullis needs a signature backend: turn on the feature `aws-lc-rs` (fast, needs a C compiler) or `rust-crypto` (portable)"
);

#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
pub(crate) use backend::PublicKey;

#[cfg(all(feature = "signing", any(feature = "aws-lc-rs", feature = "rust-crypto")))]
pub(crate) use backend::{PrivateKey, sha256};
