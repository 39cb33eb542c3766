//! What an issuer signs with.

use std::time::Duration;

use portcullis_core::{Algorithm, SigningKey};

/// What an issuer signs with: a key of yours, or keys that it makes itself and keeps in its store.
///
/// ```
/// use std::time::Duration;
/// use portcullis_core::{Algorithm, SigningKey};
/// use portcullis_issuer::{FixedKeys, IssuerKeys, KeptKeys};
///
/// // From a secret of yours: a PEM file, a JWK, a vault.
/// let key = SigningKey::generate(Algorithm::ES256)?;
/// let next = SigningKey::generate(Algorithm::ES256)?;
/// let own: IssuerKeys = FixedKeys::signing_with(key).also_publish(next).into();
///
/// // Made and kept by the store, a new one every month.
/// let kept: IssuerKeys = KeptKeys::new(Algorithm::ES256).rotate_every(Duration::from_secs(30 * 24 * 60 * 60)).into();
/// # let _ = (own, kept);
/// # Ok::<(), portcullis_core::KeyError>(())
/// ```
#[derive(Debug)]
pub struct IssuerKeys(pub(crate) Keys);

#[derive(Debug)]
pub(crate) enum Keys {
    Fixed(FixedKeys),
    Kept(KeptKeys),
}

impl IssuerKeys {
    /// What is wrong with them, and what to do about it.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        let accepted = |algorithm| Algorithm::DEFAULT.contains(&algorithm);
        let (good, kept) = match &self.0 {
            Keys::Fixed(FixedKeys { signing, published }) => {
                (published.iter().chain([signing]).all(|key| accepted(key.algorithm())), None)
            }
            Keys::Kept(kept) => (accepted(kept.algorithm), Some(kept)),
        };
        if !good {
            Some(
                "services do not accept such a key unless they are told to, and whoever can verify a shared secret can sign with it: choose ES256, ES384, EdDSA, RS256 or PS256",
            )
        } else if kept.is_some_and(|kept| kept.publish_ahead < Duration::from_secs(1)) {
            Some(
                "a key that nobody could fetch before it signs makes services refuse good tokens: `publish_ahead` is a second at least",
            )
        } else if kept.is_some_and(|kept| kept.rotate_every.is_some_and(|every| every <= kept.publish_ahead)) {
            Some("the next key has to be published before it signs: `rotate_every` is longer than `publish_ahead`")
        } else {
            None
        }
    }
}

/// Keys of yours, for ES256, ES384, EdDSA, RS256 or PS256. A key without a name is named by its thumbprint (RFC 7638).
///
/// To change keys: publish the next one beside the old; when every service has fetched it, sign with it and publish the old one; when the
/// last token of the old one has expired, leave that out.
#[derive(Debug)]
pub struct FixedKeys {
    pub(crate) signing: SigningKey,
    pub(crate) published: Vec<SigningKey>,
}

impl FixedKeys {
    /// The key that signs.
    pub const fn signing_with(key: SigningKey) -> Self {
        Self { signing: key, published: Vec::new() }
    }

    /// A key that is published too: the next one, or the one before.
    #[must_use]
    pub fn also_publish(mut self, key: SigningKey) -> Self {
        self.published.push(key);
        self
    }
}

/// Keys that the issuer makes itself and keeps in its store, where all of its instances find them.
#[derive(Clone, Copy, Debug)]
pub struct KeptKeys {
    pub(crate) algorithm: Algorithm,
    pub(crate) publish_ahead: Duration,
    pub(crate) rotate_every: Option<Duration>,
}

impl KeptKeys {
    /// Of this algorithm: ES256, ES384, EdDSA, RS256 or PS256.
    pub const fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, publish_ahead: Duration::from_secs(60 * 60), rotate_every: None }
    }

    /// For how long a key is published before it signs: an hour by default. It has to be longer than any service keeps a copy of the key
    /// set without asking; for those of `portcullis-jwks` that is ten minutes, unless told otherwise.
    #[must_use]
    pub const fn publish_ahead(mut self, ahead: Duration) -> Self {
        self.publish_ahead = ahead;
        self
    }

    /// Changes the key by itself, this often. Without it, the key changes when [`Issuer::rotate_keys`](crate::Issuer::rotate_keys) says so.
    #[must_use]
    pub const fn rotate_every(mut self, every: Duration) -> Self {
        self.rotate_every = Some(every);
        self
    }
}

impl Default for KeptKeys {
    /// ES256.
    fn default() -> Self {
        Self::new(Algorithm::ES256)
    }
}

impl From<SigningKey> for IssuerKeys {
    fn from(key: SigningKey) -> Self {
        FixedKeys::signing_with(key).into()
    }
}

impl From<FixedKeys> for IssuerKeys {
    fn from(keys: FixedKeys) -> Self {
        Self(Keys::Fixed(keys))
    }
}

impl From<KeptKeys> for IssuerKeys {
    fn from(keys: KeptKeys) -> Self {
        Self(Keys::Kept(keys))
    }
}
