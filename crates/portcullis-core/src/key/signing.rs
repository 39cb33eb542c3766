//! A private key: for issuers and tests.

use std::fmt;

use serde_json::json;

use super::private_der::Pkcs8;
use super::{Algorithm, KeyError, Material, VerifyingKey, private_jwk, private_pem, public_jwk};
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

    /// From a PEM private key: PKCS#8, PKCS#1 for RSA (`RSA PRIVATE KEY`), or SEC 1 for elliptic curves (`EC PRIVATE KEY`).
    ///
    /// # Errors
    /// When the text is not such a key, has several, or the algorithm does not go with it.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = private_pem::read(pem.as_ref())?;
        let goes = key.natural == algorithm || (key.natural.is_rsa() && algorithm.is_rsa());
        if goes { Self::read(algorithm, &key) } else { Err(KeyError::AlgorithmMismatch) }
    }

    /// As [`from_pem`](Self::from_pem), by the algorithm of the curve; RSA keys take RS256.
    ///
    /// ```
    /// use portcullis_core::{Algorithm, SigningKey};
    ///
    /// // openssl genpkey -algorithm ed25519
    /// let key = SigningKey::from_any_pem(
    ///     "-----BEGIN PRIVATE KEY-----
    /// MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    /// -----END PRIVATE KEY-----",
    /// )?;
    /// assert_eq!(key.algorithm(), Algorithm::EdDSA);
    /// assert!(SigningKey::from_any_pem("-----BEGIN PUBLIC KEY-----").is_err());
    /// # Ok::<(), portcullis_core::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// When the text is not such a key.
    pub fn from_any_pem(pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = private_pem::read(pem.as_ref())?;
        Self::read(key.natural, &key)
    }

    /// From a private JWK (RFC 7517): EC with P-256 or P-384, OKP with Ed25519, or RSA with two primes and all the members
    /// of RFC 7518 §6.3.2. The algorithm is that of `alg`, else as for [`VerifyingKey::from_jwk`]; `kid` is kept.
    ///
    /// ```
    /// use portcullis_core::{Algorithm, KeyError, SigningKey};
    ///
    /// // The example of RFC 8037 appendix A.1.
    /// let (d, x) = ("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    /// let jwk = |x| format!(r#"{{"kty":"OKP","crv":"Ed25519","d":"{d}","x":"{x}","kid":"k1"}}"#);
    /// let key = SigningKey::from_jwk(&jwk(x))?;
    /// assert_eq!((key.algorithm(), key.kid()), (Algorithm::EdDSA, Some("k1")));
    ///
    /// let of_another = SigningKey::from_jwk(&jwk("VpFnZnIuVrHsYSHAqb4ZFBlYXhLI5sR4xCF-UYZQCWM"));
    /// assert_eq!(of_another.err(), Some(KeyError::PartsDisagree));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    /// When the text is not such a key, is not for signing by its `use` or `key_ops`, or its public part is that of another
    /// key. Secrets come from [`from_secret`](Self::from_secret) alone.
    pub fn from_jwk(jwk: &str) -> Result<Self, KeyError> {
        let (public, key) = private_jwk::parse(jwk)?;
        let private = crypto::PrivateKey::read(public.algorithm, &key.der).ok_or(KeyError::PartsDisagree)?;
        let read = Self { kid: public.kid, ..Self::of(public.algorithm, private)? };
        // Not every backend looks at all the numbers of an RSA key: those that it has worked out must be those given.
        let as_given = !public.algorithm.is_rsa() || read.key.to_pkcs8().as_deref() == Some(key.der.as_slice());
        let same = public_jwk::required_members(&read.material) == public_jwk::required_members(&public.material);
        if as_given && same { Ok(read) } else { Err(KeyError::PartsDisagree) }
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

    fn read(algorithm: Algorithm, key: &Pkcs8) -> Result<Self, KeyError> {
        Self::of(algorithm, crypto::PrivateKey::read(algorithm, &key.der).ok_or(KeyError::MalformedPrivateKey)?)
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
        let mut members = serde_json::Map::new();
        for (name, value) in public_jwk::required_members(&self.material)? {
            members.insert(name.into(), value.into());
        }
        members.insert("use".into(), "sig".into());
        members.insert("alg".into(), self.algorithm.as_str().into());
        if let Some(kid) = &self.kid {
            members.insert("kid".into(), kid.as_str().into());
        }
        Some(members.into())
    }

    /// The SHA-256 thumbprint (RFC 7638 §3) of the public part, in base64url: 43 characters, the same wherever the key is
    /// written down, and so a good `kid`. `None` for a shared secret, which has no public part.
    pub fn thumbprint(&self) -> Option<String> {
        public_jwk::thumbprint(&self.material)
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
