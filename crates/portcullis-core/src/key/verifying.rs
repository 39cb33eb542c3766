//! One key.

use std::fmt;

use super::jwk::{self, ParsedJwk, Purpose};
use super::{Algorithm, KeyError, Material, pem};
use crate::crypto;

/// A key that verifies signatures of one algorithm. It is checked and prepared when it is made: no request parses a key.
///
/// ```
/// use portcullis_core::{Algorithm, KeyError, VerifyingKey};
///
/// // The example of RFC 8037 appendix A.2.
/// let key = VerifyingKey::from_jwk(
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(key.algorithm(), Algorithm::EdDSA);
///
/// let weak = VerifyingKey::from_secret(Algorithm::HS256, b"too short");
/// assert_eq!(weak.err(), Some(KeyError::ShortSecret));
/// # Ok::<(), KeyError>(())
/// ```
pub struct VerifyingKey {
    kid: Option<Box<str>>,
    algorithm: Algorithm,
    prepared: crypto::PublicKey,
}

impl VerifyingKey {
    /// From a PEM public key: `PUBLIC KEY` (SubjectPublicKeyInfo) or `RSA PUBLIC KEY` (PKCS#1).
    ///
    /// # Errors
    /// When the text is not such a key, or the algorithm does not go with it.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::prepare(None, algorithm, &pem::from_pem(algorithm, pem.as_ref())?)
    }

    /// From a DER `SubjectPublicKeyInfo` (RFC 5280 §4.1).
    ///
    /// # Errors
    /// When the bytes are not such a key, or the algorithm does not go with it.
    pub fn from_der(algorithm: Algorithm, spki: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::prepare(None, algorithm, &pem::from_der(algorithm, spki.as_ref())?)
    }

    /// From a JWK (RFC 7517). An RSA key without `alg` takes RS256, as RFC 9068 §2.1 expects; elliptic keys have the
    /// algorithm of their curve. A private part, if there is one, is not read.
    ///
    /// # Errors
    /// When the text is not a usable public key. Symmetric keys come from [`from_secret`](Self::from_secret) alone.
    pub fn from_jwk(jwk: &str) -> Result<Self, KeyError> {
        Self::from_jwk_or(jwk, Algorithm::RS256)
    }

    pub(super) fn from_jwk_or(jwk: &str, rsa_default: Algorithm) -> Result<Self, KeyError> {
        let ParsedJwk { kid, algorithm, material } = jwk::parse(jwk, Purpose::Verify, rsa_default)?;
        Self::prepare(kid, algorithm, &material)
    }

    /// From a shared secret, for HS256, HS384 and HS512: at least as many bytes as the hash puts out (RFC 7518 §3.2).
    ///
    /// Whoever can verify with it can sign with it. The authority must list the algorithm too.
    ///
    /// # Errors
    /// When the secret is too short or the algorithm is not symmetric.
    pub fn from_secret(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::prepare(None, algorithm, &Material::Secret(secret.as_ref().to_vec()))
    }

    /// Names the key. A token with this `kid` is verified with this key alone; a token with another `kid` never, and one
    /// with a `kid` never with a key that has no name.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into().into_boxed_str());
        self
    }

    /// The name of the key, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithm that the key is bound to.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether the signature is that of the message by this key: the primitive under
    /// [`Verifier`](crate::Verifier), which is what verifies tokens.
    #[must_use = "a signature that nobody looks at verifies nothing"]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.prepared.verify(message, signature)
    }

    pub(crate) fn prepare(kid: Option<String>, algorithm: Algorithm, material: &Material) -> Result<Self, KeyError> {
        material.fits(algorithm)?;
        let prepared = crypto::PublicKey::prepare(algorithm, material).ok_or(KeyError::InvalidPoint)?;
        Ok(Self { kid: kid.map(String::into_boxed_str), algorithm, prepared })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
