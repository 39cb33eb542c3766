//! The signature algorithms.

use std::fmt;
use std::str::FromStr;

/// A signature algorithm by its name in RFC 7518 §3.1 and RFC 8037 §3.1. `none` is not one.
///
/// `Ed25519` of RFC 9864 reads as [`EdDSA`](Self::EdDSA): for an Ed25519 key they are the same.
///
/// ```
/// use portcullis_core::Algorithm;
///
/// assert_eq!("ES256".parse(), Ok(Algorithm::ES256));
/// assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDSA));
/// assert!("none".parse::<Algorithm>().is_err());
/// assert!("es256".parse::<Algorithm>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// EdDSA with an Ed25519 key.
    EdDSA,
    /// HMAC with SHA-256: a shared secret.
    HS256,
    /// HMAC with SHA-384: a shared secret.
    HS384,
    /// HMAC with SHA-512: a shared secret.
    HS512,
}

impl Algorithm {
    /// What an authority accepts unless told otherwise.
    pub const DEFAULT: &'static [Self] = &[Self::RS256, Self::PS256, Self::ES256, Self::ES384, Self::EdDSA];

    /// Every algorithm.
    pub const ALL: &'static [Self] = &[
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
        Self::HS256,
        Self::HS384,
        Self::HS512,
    ];

    /// The name in a JOSE header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    /// Whether whoever verifies can sign too.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }

    /// Whether it signs with an RSA key.
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::RS256 | Self::RS384 | Self::RS512 | Self::PS256 | Self::PS384 | Self::PS512)
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        use jsonwebtoken::Algorithm as Known;
        if name == "Ed25519" {
            return Ok(Self::EdDSA);
        }
        match Known::from_str(name).map_err(|_| UnknownAlgorithm)? {
            Known::RS256 => Ok(Self::RS256),
            Known::RS384 => Ok(Self::RS384),
            Known::RS512 => Ok(Self::RS512),
            Known::PS256 => Ok(Self::PS256),
            Known::PS384 => Ok(Self::PS384),
            Known::PS512 => Ok(Self::PS512),
            Known::ES256 => Ok(Self::ES256),
            Known::ES384 => Ok(Self::ES384),
            Known::EdDSA => Ok(Self::EdDSA),
            Known::HS256 => Ok(Self::HS256),
            Known::HS384 => Ok(Self::HS384),
            Known::HS512 => Ok(Self::HS512),
            _ => Err(UnknownAlgorithm),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of algorithms, fit for a look-up on every request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Algorithms(u16);

impl Algorithms {
    pub(crate) fn of(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self(algorithms.into_iter().fold(0, |bits, algorithm| bits | Self::bit(algorithm)))
    }

    pub(crate) const fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & Self::bit(algorithm) != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn bit(algorithm: Algorithm) -> u16 {
        1 << algorithm as u16
    }
}

impl fmt::Debug for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Algorithm::ALL.iter().filter(|algorithm| self.contains(**algorithm))).finish()
    }
}

/// A name that is no signature algorithm known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm;

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a known signature algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1)")
    }
}

impl std::error::Error for UnknownAlgorithm {}
