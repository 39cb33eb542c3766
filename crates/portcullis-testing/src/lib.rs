//! A test kit for services guarded by Portcullis.
//!
//! - [`TestIssuer`]: mints a token for a scope in one line, by keys made for it or fixed fakes;
//! - [`ManualClock`]: stands still until told otherwise, and can fail;
//! - [`zoo`]: one named bad token for every rule, to throw at a service of yours.
//!
//! There is no back door into a guarded service: a test mints a token and has it verified like everybody else. So this
//! crate signs tokens, and belongs under `[dev-dependencies]`. Its functions panic when a key cannot be made or a
//! token signed: then the test is what is broken.
//!
//! ```
//! use portcullis_core::{DeniedKind, Rules, Verifier};
//! use portcullis_testing::TestIssuer;
//!
//! portcullis_core::permissions! {
//!     pub ReadOrders = "orders:read";
//!     pub WriteOrders = "orders:write";
//! }
//!
//! let issuer = TestIssuer::new();
//! let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), Rules::new())?;
//!
//! let caller = verifier.verify(&issuer.token("orders:read")).expect("a good token");
//! assert!(caller.require::<ReadOrders>().is_ok());
//! assert!(caller.require::<WriteOrders>().is_err());
//!
//! for bad in portcullis_testing::zoo(&issuer) {
//!     println!("{}: {} -> {}", bad.rule(), bad.name(), bad.kind());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(clippy::expect_used, reason = "a test kit fails the test that uses it")]

mod clock;
mod issuer;
mod mint;
mod zoo;

pub use clock::ManualClock;
pub use issuer::TestIssuer;
pub use mint::Mint;
pub use zoo::{BadToken, Under, zoo};
