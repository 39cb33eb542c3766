//! The keys at hand, and what each is for at a moment.

use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{KeyError, KeySet, SigningKey, Timestamp};
use serde_json::{Value, json};

use super::KeyRecord;

/// A key, and from when on it signs.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) generation: u64,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) sign_from: Timestamp,
    jwk: Value,
}

/// The keys of an issuer, oldest first, as of some moment.
#[derive(Debug)]
pub(crate) struct Ring {
    held: Vec<Held>,
    /// How long a key is published after the next one signs.
    keep: Duration,
    /// For verifiers in this process.
    pub(crate) set: Arc<KeySet>,
    pub(crate) read_at: Timestamp,
}

impl Held {
    pub(crate) fn of(record: &KeyRecord) -> Result<Self, KeyError> {
        let key = SigningKey::from_pem(record.algorithm, &record.pem)?.with_kid(record.kid.clone());
        Self::new(record.generation, key, record.sign_from)
    }

    /// A key without a name is named by its thumbprint.
    pub(crate) fn new(generation: u64, key: SigningKey, sign_from: Timestamp) -> Result<Self, KeyError> {
        let key = match (key.kid(), key.thumbprint()) {
            (Some(_), Some(_)) => key,
            (None, Some(thumbprint)) => key.with_kid(thumbprint),
            // Whoever could verify with it could sign with it.
            (_, None) => return Err(KeyError::Unsupported),
        };
        let jwk = key.to_public_jwk().ok_or(KeyError::Unsupported)?;
        Ok(Self { generation, key: Arc::new(key), sign_from, jwk })
    }
}

impl Ring {
    pub(crate) fn new(held: Vec<Held>, keep: Duration, read_at: Timestamp) -> Result<Self, KeyError> {
        let keys = held.iter().map(|held| held.key.verifying_key()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { held, keep, set: Arc::new(KeySet::from_keys(keys)?), read_at })
    }

    /// The key that signs.
    pub(crate) fn signer(&self, now: Timestamp) -> Option<&Held> {
        self.held.iter().rfind(|held| held.sign_from <= now)
    }

    /// The key that signs last, perhaps not yet.
    pub(crate) fn newest(&self) -> Option<&Held> {
        self.held.last()
    }

    /// The keys that nobody needs any more: their last token has expired.
    pub(crate) fn done(&self, now: Timestamp) -> impl Iterator<Item = &Held> {
        let successors = self.held.iter().skip(1);
        self.held
            .iter()
            .zip(successors)
            .filter(move |(_, next)| next.sign_from.saturating_add(self.keep) < now)
            .map(|(held, _)| held)
    }

    /// The key set document (RFC 7517 §5): what signs, what will, and what did until its last token has expired.
    pub(crate) fn jwks(&self, now: Timestamp) -> Value {
        let done: Vec<u64> = self.done(now).map(|held| held.generation).collect();
        let published = self.held.iter().filter(|held| !done.contains(&held.generation)).map(|held| &held.jwk);
        json!({ "keys": published.collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use portcullis_core::Algorithm;

    use super::*;

    #[test]
    fn a_key_is_published_before_it_signs_and_until_its_last_token_has_expired() {
        let key = |generation, sign_from| {
            let key = SigningKey::generate(Algorithm::ES256).unwrap().with_kid(format!("k{generation}"));
            Held::new(generation, key, Timestamp::from_secs(sign_from)).unwrap()
        };
        let keep = Duration::from_secs(360);
        let ring = Ring::new(vec![key(1, 1000), key(2, 5000)], keep, Timestamp::from_secs(0)).unwrap();
        for (name, now, signs, published) in [
            ("before all", 999, None, &["k1", "k2"][..]),
            ("the first signs, the next is known", 1000, Some("k1"), &["k1", "k2"]),
            ("a second before the change", 4999, Some("k1"), &["k1", "k2"]),
            ("the change", 5000, Some("k2"), &["k1", "k2"]),
            ("the last token of the first", 5360, Some("k2"), &["k1", "k2"]),
            ("after it", 5361, Some("k2"), &["k2"]),
        ] {
            let now = Timestamp::from_secs(now);
            assert_eq!(ring.signer(now).and_then(|held| held.key.kid()), signs, "{name}");
            let jwks = ring.jwks(now);
            let kids: Vec<_> =
                jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
            assert_eq!(kids, published, "{name}");
            assert!(!jwks.to_string().contains("\"d\""), "{name}: no private part");
        }
    }
}
