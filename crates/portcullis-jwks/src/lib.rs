//! Keys that survive the identity provider.
//!
//! A resource server is as available as its keys. [`RemoteKeys`] fetches them from a JWKS URL, by the metadata of an issuer, or
//! from a file, and keeps them up to date in the background. It is a [`KeySource`](portcullis_core::KeySource) for an authority:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use portcullis_core::{Rules, Verifier};
//! use portcullis_jwks::RemoteKeys;
//!
//! let keys = RemoteKeys::discover("https://id.example.com").start()?;
//! let verifier = Verifier::new("https://id.example.com", ["https://api.example.com"], keys, Rules::new())?;
//! # let _ = verifier;
//!
//! let keys = RemoteKeys::discover("https://id.example.com").start()?;
//! assert!(Verifier::new("https://other.example.com", ["https://api.example.com"], keys, Rules::new()).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! 1. **Known keys never wait.** A request costs one atomic load and a look at the clock more than with static keys.
//! 2. **An outage is not an outage.** A set that cannot be refreshed is served for a day past its date
//!    ([`stale_for`](RemoteKeysBuilder::stale_for)). After that every token is refused with 503, and none with 401.
//! 3. **A rotation is not noticed.** A token with a new `kid` waits for one fetch, which all such tokens share. A key that is
//!    withdrawn is refused after the next refresh: every 10 minutes, or as `Cache-Control` says.
//! 4. **A flood is not passed on.** Unknown `kid`s cause one fetch in ten seconds, whether it succeeds or not, and delay nobody
//!    else. They are refused with 401 if the set is newer than the token or those ten seconds, and with 503 if the keys cannot be
//!    had. A name that was looked for in vain is refused for half a minute before it is looked for again.
//! 5. **A bad answer changes nothing.** Not a status, a redirect, a page, a set without a usable key, one over 512 KiB or 100
//!    keys, nor one that takes over 3 seconds in all. A bad key in a good set is left out, with a warning.
//! 6. **Only `https`**, to the place that you named or that the metadata of your issuer names. Nothing in a token is followed,
//!    and no redirect.
//!
//! Many instances do not fetch together: the moments of refresh and the pauses after failures are spread at random.
//!
//! # Metrics
//!
//! Through the [`metrics`](https://docs.rs/metrics) facade, for whoever installed a recorder. `origin` is the issuer, URL or file.
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `portcullis_jwks_fetches_total` | counter | `origin`, `outcome` (`replaced`, `unchanged` or why it failed), `forced` |
//! | `portcullis_jwks_unknown_kids_total` | counter | `origin`, `verdict` (`refused`, `waiting`, `unavailable`) |
//! | `portcullis_jwks_age_seconds` | gauge | `origin` |
//! | `portcullis_jwks_keys` | gauge | `origin` |
//! | `portcullis_jwks_ready` | gauge, 0 or 1 | `origin` |

// Not part of the API: it is public for tests.
#[doc(hidden)]
pub mod machine;

mod http;
mod origin;
mod source;
mod telemetry;

pub use origin::{LoadError, LoadErrorKind};
pub use portcullis_http::{BuiltIn, Custom, HttpClient, NotNeeded, OverHttp};
pub use source::{DangerousRemoteKeys, NotReady, RemoteKeys, RemoteKeysBuilder, StartError};
