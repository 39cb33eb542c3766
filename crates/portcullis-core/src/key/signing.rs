//! A private key: for issuers and tests.

use std::fmt;

use jsonwebtoken::EncodingKey;
use serde_json::json;

use super::{Algorithm, Curve, KeyError, Material, VerifyingKey};
use crate::crypto;
use crate::token::base64url;

/// A private key that signs with one algorithm.
///
/// ```
/// use portcullis_core::{Algorithm, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::ES256)?.with_kid("k1");
/// let token = key.sign_token("JWT", r#"{"sub":"alice"}"#)?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok::<(), portcullis_core::KeyError>(())
/// ```
pub struct SigningKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: crypto::PrivateKey,
    /// The public part, or the secret itself.
    material: Material,
}

impl SigningKey {
    /// Makes a new key. RSA keys get 2048 bits.
    ///
    /// # Errors
    /// For a symmetric algorithm, and when the system has no randomness.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::of(algorithm, crypto::PrivateKey::generate(algorithm).ok_or(KeyError::Unsupported)?)
    }

    /// From a PEM private key: PKCS#8, or PKCS#1 for RSA.
    ///
    /// # Errors
    /// When the text is not such a key, or the algorithm does not go with it.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let read = match algorithm {
            Algorithm::EdDSA => EncodingKey::from_ed_pem,
            Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem,
            _ if algorithm.is_rsa() => EncodingKey::from_rsa_pem,
            _ => return Err(KeyError::AlgorithmMismatch),
        };
        let der = read(pem.as_ref()).map_err(|_| KeyError::MalformedPrivateKey)?;
        let key = crypto::PrivateKey::read(algorithm, der.as_bytes()).ok_or(KeyError::MalformedPrivateKey)?;
        Self::of(algorithm, key)
    }

    /// From a shared secret; see [`VerifyingKey::from_secret`].
    ///
    /// # Errors
    /// When the secret is too short or the algorithm is not symmetric.
    pub fn from_secret(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let material = Material::Secret(secret.as_ref().to_vec());
        material.fits(algorithm)?;
        let key = crypto::PrivateKey::secret(algorithm, secret.as_ref()).ok_or(KeyError::Unsupported)?;
        Ok(Self { kid: None, algorithm, key, material })
    }

    fn of(algorithm: Algorithm, key: crypto::PrivateKey) -> Result<Self, KeyError> {
        let material = key.public().ok_or(KeyError::Unsupported)?;
        material.fits(algorithm)?;
        Ok(Self { kid: None, algorithm, key, material })
    }

    /// Names the key: the name goes into the header of what it signs and into its JWK.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
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

    /// Signs bytes.
    ///
    /// # Errors
    /// When the backend cannot sign.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.key.sign(message).ok_or(KeyError::Unsupported)
    }

    /// Signs claims: a JWS in compact form (RFC 7515 §7.1) with this `typ`. The claims are signed as they stand.
    ///
    /// # Errors
    /// When the backend cannot sign.
    pub fn sign_token(&self, typ: &str, claims: &str) -> Result<String, KeyError> {
        let mut header = json!({ "typ": typ, "alg": self.algorithm.as_str() });
        if let (Some(kid), Some(header)) = (&self.kid, header.as_object_mut()) {
            header.insert("kid".into(), kid.as_str().into());
        }
        self.sign_parts(header.to_string(), claims)
    }

    /// Signs a header and a payload as they stand: what [`sign_token`](Self::sign_token) puts together, for tests that
    /// need a wrong one.
    ///
    /// # Errors
    /// When the backend cannot sign.
    pub fn sign_parts(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Result<String, KeyError> {
        let mut token = base64url::encode(header.as_ref());
        token.push('.');
        token.push_str(&base64url::encode(payload.as_ref()));
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        token.push_str(&base64url::encode(&signature));
        Ok(token)
    }

    /// The key that verifies what this one signs.
    ///
    /// # Errors
    /// When the backend does not take the public part.
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::prepare(self.kid.clone(), self.algorithm, &self.material)
    }

    /// The public part as a JWK (RFC 7517); `None` for a shared secret, which has none.
    pub fn to_public_jwk(&self) -> Option<serde_json::Value> {
        let mut jwk = match &self.material {
            Material::Rsa { n, e } => json!({ "kty": "RSA", "n": base64url::encode(n), "e": base64url::encode(e) }),
            Material::Ec { curve, point } => {
                let (x, y) = point.get(1..)?.split_at_checked(curve.len())?;
                let crv = if *curve == Curve::P256 { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": crv, "x": base64url::encode(x), "y": base64url::encode(y) })
            }
            Material::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url::encode(x) }),
            Material::Secret(_) => return None,
        };
        let members = jwk.as_object_mut()?;
        members.insert("use".into(), "sig".into());
        members.insert("alg".into(), self.algorithm.as_str().into());
        if let Some(kid) = &self.kid {
            members.insert("kid".into(), kid.as_str().into());
        }
        Some(jwk)
    }

    /// The private key as PEM (PKCS#8), to be kept by whoever generated it; `None` for a shared secret.
    pub fn to_pem(&self) -> Option<String> {
        let body = base64_simd::STANDARD.encode_to_string(self.key.to_pkcs8()?);
        let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        Some(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
