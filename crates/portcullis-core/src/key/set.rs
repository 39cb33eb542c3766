//! A set of keys.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Algorithm, KeyError, VerifyingKey, jwk};

/// An immutable set of prepared keys, found by `kid` and algorithm.
///
/// One bad key does not spoil a set: it is left out, and [`skipped`](Self::skipped) says why.
///
/// ```
/// use portcullis_core::{KeyError, KeySet};
///
/// let set = KeySet::from_jwks(r#"{"keys": [
///     {"kty": "AKP", "kid": "from-the-future"},
///     {"kty": "OKP", "crv": "Ed25519", "kid": "now", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
/// ]}"#)?;
/// assert_eq!(set.keys().count(), 1);
/// assert_eq!(set.skipped()[0].reason(), KeyError::Unsupported);
///
/// assert!(KeySet::from_jwks(r#"{"keys": []}"#).is_err());
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    skipped: Vec<SkippedKey>,
}

/// A key of a set that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedKey {
    kid: Option<String>,
    reason: KeyError,
}

impl SkippedKey {
    /// The name of the key, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Why it was left out.
    pub const fn reason(&self) -> KeyError {
        self.reason
    }
}

/// Each is prepared and looked through: a document may come from the network.
const MOST_KEYS: usize = 100;

#[derive(Deserialize)]
struct Jwks<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// What [`KeySet::find`] came to.
pub(crate) enum Found<'a> {
    Key(&'a VerifyingKey),
    /// The `kid` is known, for another algorithm.
    OtherAlgorithm,
    /// No `kid`, and several keys fit.
    Ambiguous,
    Nothing,
}

impl KeySet {
    /// From a JWKS document (RFC 7517 §5). An RSA key without `alg` takes RS256.
    ///
    /// # Errors
    /// When the document is not a JWKS, has more than 100 keys, or holds no key that can be used: then with the reason of the first.
    pub fn from_jwks(jwks: &str) -> Result<Self, KeyError> {
        Self::from_jwks_or(jwks, Algorithm::RS256)
    }

    /// As [`from_jwks`](Self::from_jwks), for a provider that signs with another RSA algorithm and does not say so in
    /// its keys.
    ///
    /// # Errors
    /// As there, and when the algorithm is not one of RSA.
    pub fn from_jwks_or(jwks: &str, rsa_without_alg: Algorithm) -> Result<Self, KeyError> {
        if !rsa_without_alg.is_rsa() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let document: Jwks<'_> = serde_json::from_str(jwks).map_err(|_| KeyError::MalformedJwk)?;
        if document.keys.len() > MOST_KEYS {
            return Err(KeyError::TooManyKeys);
        }
        let parsed = document.keys.iter().map(|raw| {
            VerifyingKey::from_jwk_or(raw.get(), rsa_without_alg)
                .map_err(|reason| SkippedKey { kid: jwk::kid_of(raw.get()), reason })
        });
        Self::collect(parsed)
    }

    /// From keys made one by one.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_keys(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        Self::collect(keys.into_iter().map(Ok))
    }

    pub(super) fn of_one(key: VerifyingKey) -> Self {
        Self { keys: vec![key], skipped: Vec::new() }
    }

    fn collect(parsed: impl Iterator<Item = Result<VerifyingKey, SkippedKey>>) -> Result<Self, KeyError> {
        let mut skipped = Vec::new();
        let parsed: Vec<VerifyingKey> = parsed.filter_map(|key| key.map_err(|bad| skipped.push(bad)).ok()).collect();
        // Of two keys with one name, nobody can say which one is meant: neither is used.
        let names: Vec<_> = parsed.iter().map(|key| (key.kid().map(str::to_owned), key.algorithm())).collect();
        let is_twin = |key: &VerifyingKey| {
            let name = (key.kid().map(str::to_owned), key.algorithm());
            name.0.is_some() && names.iter().filter(|other| **other == name).count() > 1
        };
        let (twins, keys): (Vec<_>, Vec<_>) = parsed.into_iter().partition(is_twin);
        let twin = |key: VerifyingKey| SkippedKey { kid: key.kid().map(str::to_owned), reason: KeyError::DuplicateKid };
        skipped.extend(twins.into_iter().map(twin));
        if keys.is_empty() {
            // Often there is only one: then its reason is the one to tell.
            return Err(skipped.first().map_or(KeyError::NoUsableKey, SkippedKey::reason));
        }
        Ok(Self { keys, skipped })
    }

    /// The keys that can be used.
    pub fn keys(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter()
    }

    /// The keys that were left out, and why.
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// With a `kid`, the key of that name; without, the one key that fits the algorithm.
    pub(crate) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Found<'_> {
        let of_algorithm = |key: &&VerifyingKey| key.algorithm() == algorithm;
        let Some(kid) = kid else {
            let mut fitting = self.keys().filter(of_algorithm);
            return match (fitting.next(), fitting.next()) {
                (Some(key), None) => Found::Key(key),
                (Some(_), Some(_)) => Found::Ambiguous,
                (None, _) => Found::Nothing,
            };
        };
        let mut named = self.keys().filter(|key| key.kid() == Some(kid)).peekable();
        if named.peek().is_none() {
            return Found::Nothing;
        }
        named.find(of_algorithm).map_or(Found::OtherAlgorithm, Found::Key)
    }
}
