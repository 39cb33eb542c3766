//! A map of trusted issuers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Trust;
use super::by_issuer::ByIssuer;
use crate::denied::{Denied, DeniedKind};
use crate::verify::settings::MAX_TOKEN_BYTES;
use crate::verify::verifier::Verifier;

/// Several trusted issuers, each a [`Verifier`] with its own audiences, keys and rules. There is no default entry: an issuer
/// that is not in the map is refused before anything is verified. Clones are the same map, and it can change while it is used.
///
/// ```
/// use portcullis_core::{DeniedKind, Rules, StaticKeys, Trust, TrustMap, Verifier};
///
/// # let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let of = |issuer| Verifier::new(issuer, ["https://api.test"], StaticKeys::from_jwks(jwks).unwrap(), Rules::new());
/// let trust = TrustMap::new();
/// trust.insert(of("https://id.test")?);
/// trust.insert(of("https://partner.test")?);
///
/// assert!(trust.verifier("https://partner.test").is_ok());
/// trust.remove("https://partner.test");
/// let refused = trust.verifier("https://partner.test").unwrap_err();
/// assert_eq!(refused.kind(), DeniedKind::WrongIssuer);
/// # Ok::<(), portcullis_core::SetupError>(())
/// ```
#[derive(Clone, Default)]
pub struct TrustMap(Arc<Entries>);

#[derive(Default)]
struct Entries {
    by_issuer: ByIssuer<Verifier>,
    /// Of any entry that ever was, beyond the usual: the entry itself has the last word.
    max_token_bytes: AtomicUsize,
}

impl TrustMap {
    /// An empty map, which trusts nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the issuer of this verifier, from now on, by this verifier. Gives back the one that it takes the place of.
    pub fn insert(&self, verifier: Verifier) -> Option<Verifier> {
        self.0.max_token_bytes.fetch_max(verifier.max_token_bytes(), Ordering::Relaxed);
        self.0.by_issuer.insert(verifier.issuer(), &verifier)
    }

    /// Trusts an issuer no longer. Requests under way that are judged again further in are refused there.
    pub fn remove(&self, issuer: &str) -> Option<Verifier> {
        self.0.by_issuer.remove(issuer)
    }
}

impl Trust for TrustMap {
    fn verifier(&self, issuer: &str) -> Result<Verifier, Denied> {
        self.0.by_issuer.get(issuer).ok_or_else(|| DeniedKind::WrongIssuer.into())
    }

    fn verifiers(&self) -> Vec<Verifier> {
        self.0.by_issuer.values()
    }

    fn max_token_bytes(&self) -> usize {
        self.0.max_token_bytes.load(Ordering::Relaxed).max(MAX_TOKEN_BYTES)
    }
}

impl FromIterator<Verifier> for TrustMap {
    fn from_iter<I: IntoIterator<Item = Verifier>>(verifiers: I) -> Self {
        let map = Self::new();
        for verifier in verifiers {
            map.insert(verifier);
        }
        map
    }
}

impl fmt::Debug for TrustMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.by_issuer.issuers()).finish()
    }
}
