//! Where keys come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::{Algorithm, KeyError, KeyHealth, KeySet, KeyState, VerifyingKey};

/// Where an authority gets its keys. [`StaticKeys`] holds them; a network source keeps a set fresh behind this trait.
///
/// Every method is called on the request path, or by whoever asks for the health, and never waits.
pub trait KeySource: fmt::Debug + Send + Sync + 'static {
    /// The keys at hand; `None` when there are none (yet, or any longer), which refuses the request with 503.
    fn current(&self) -> Option<Arc<KeySet>>;

    /// A token names a `kid` that is not among the keys at hand. Unless a source can learn of new keys, the token is bad.
    /// It is asked again after a wait, if the key is still not there; a second wait is answered with 503.
    fn unknown_kid(&self, kid: &str) -> UnknownKid {
        let _ = kid;
        UnknownKid::Refuse
    }

    /// How long a caller should wait when there are no keys at hand.
    fn retry_after(&self) -> Duration {
        Duration::from_secs(5)
    }

    /// Whose keys these are, if the source knows. A verifier of another issuer cannot be made with it.
    fn issuer(&self) -> Option<&str> {
        None
    }

    /// How the keys are, for a readiness endpoint.
    fn health(&self) -> KeyHealth {
        KeyHealth::of(if self.current().is_some() { KeyState::Fresh } else { KeyState::Pending })
    }
}

macro_rules! forward {
    ($pointer:ident) => {
        impl<K: KeySource + ?Sized> KeySource for $pointer<K> {
            fn current(&self) -> Option<Arc<KeySet>> {
                (**self).current()
            }

            fn unknown_kid(&self, kid: &str) -> UnknownKid {
                (**self).unknown_kid(kid)
            }

            fn retry_after(&self) -> Duration {
                (**self).retry_after()
            }

            fn issuer(&self) -> Option<&str> {
                (**self).issuer()
            }

            fn health(&self) -> KeyHealth {
                (**self).health()
            }
        }
    };
}

forward!(Box);
forward!(Arc);

/// What to do about a `kid` that is not among the keys at hand.
#[derive(Debug)]
#[non_exhaustive]
pub enum UnknownKid {
    /// The keys are up to date: the token is bad (401).
    Refuse,
    /// New keys are on their way: look again when this is done.
    Wait(KeysPending),
    /// New keys cannot be had now (503).
    Unavailable {
        /// How long the caller should wait.
        retry_after: Duration,
    },
}

/// Keys on their way. When it is done, the authority looks at [`KeySource::current`] again, once.
pub struct KeysPending(Pin<Box<dyn Future<Output = ()> + Send>>);

impl KeysPending {
    /// Wraps the wait. It should have a bound of its own.
    pub fn new(wait: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(wait))
    }
}

impl Future for KeysPending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for KeysPending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeysPending")
    }
}

/// Keys that the service holds itself. They change with the process alone.
///
/// ```
/// use portcullis_core::{Algorithm, KeyError, StaticKeys, VerifyingKey};
///
/// let secret = VerifyingKey::from_secret(Algorithm::HS256, [7; 32])?;
/// let keys = StaticKeys::from(secret);
/// assert!(StaticKeys::from_jwks("not a key set").is_err());
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StaticKeys(Arc<KeySet>);

impl StaticKeys {
    /// From a JWKS document; see [`KeySet::from_jwks`].
    ///
    /// # Errors
    /// When the document is not a JWKS, or holds no key that can be used.
    pub fn from_jwks(jwks: &str) -> Result<Self, KeyError> {
        KeySet::from_jwks(jwks).map(Self::from)
    }

    /// From one PEM public key; see [`VerifyingKey::from_pem`].
    ///
    /// Most issuers name the key in their tokens, and such a token wants the key of that name: then say
    /// `StaticKeys::from(VerifyingKey::from_pem(algorithm, pem)?.with_kid("the name"))`.
    ///
    /// # Errors
    /// When the text is not such a key, or the algorithm does not go with it.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        VerifyingKey::from_pem(algorithm, pem).map(Self::from)
    }

    /// The keys.
    pub fn set(&self) -> &KeySet {
        &self.0
    }
}

impl From<KeySet> for StaticKeys {
    fn from(set: KeySet) -> Self {
        Self(Arc::new(set))
    }
}

impl From<VerifyingKey> for StaticKeys {
    fn from(key: VerifyingKey) -> Self {
        Self::from(KeySet::of_one(key))
    }
}

impl KeySource for StaticKeys {
    fn current(&self) -> Option<Arc<KeySet>> {
        Some(Arc::clone(&self.0))
    }

    fn health(&self) -> KeyHealth {
        KeyHealth::of(KeyState::Static)
    }
}
