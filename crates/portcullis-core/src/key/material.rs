//! A public key or secret in one form, wherever it came from.

use super::{Algorithm, KeyError};

/// What PEM, DER, JWK and raw secrets come down to before the backend prepares them.
pub(crate) enum Material {
    /// Big-endian, without leading zeros.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed SEC 1 point.
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519([u8; 32]),
    Secret(Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// Bytes of one coordinate.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

impl Material {
    pub(crate) fn rsa(n: &[u8], e: &[u8]) -> Self {
        let trim = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        Self::Rsa { n: trim(n), e: trim(e) }
    }

    /// From an uncompressed point; its length tells the curve, the backend whether it lies on it.
    pub(crate) fn ec_point(point: &[u8]) -> Result<Self, KeyError> {
        let curve = match point {
            [0x04, xy @ ..] if xy.len() == 2 * Curve::P256.len() => Curve::P256,
            [0x04, xy @ ..] if xy.len() == 2 * Curve::P384.len() => Curve::P384,
            _ => return Err(KeyError::InvalidPoint),
        };
        Ok(Self::Ec { curve, point: point.to_vec() })
    }

    pub(crate) fn ed25519(key: &[u8]) -> Result<Self, KeyError> {
        key.try_into().map(Self::Ed25519).map_err(|_| KeyError::InvalidPoint)
    }

    /// What the algorithm asks of the key (rule S5), whichever backend prepares it.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let matches = match self {
            Self::Rsa { .. } => algorithm.is_rsa(),
            Self::Ec { curve: Curve::P256, .. } => algorithm == Algorithm::ES256,
            Self::Ec { curve: Curve::P384, .. } => algorithm == Algorithm::ES384,
            Self::Ed25519(_) => algorithm == Algorithm::EdDSA,
            Self::Secret(_) => algorithm.is_symmetric(),
        };
        if !matches {
            return Err(KeyError::AlgorithmMismatch);
        }
        match self {
            Self::Rsa { n, e } if !strong_rsa(n, e) => Err(KeyError::WeakRsa),
            Self::Secret(secret) if secret.len() < hash_len(algorithm) => Err(KeyError::ShortSecret),
            _ => Ok(()),
        }
    }
}

/// Both without leading zeros.
fn strong_rsa(n: &[u8], e: &[u8]) -> bool {
    let modulus_bits = bits(n);
    let exponent_bits = bits(e);
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    (2048..=8192).contains(&modulus_bits) && odd(n) && (2..=33).contains(&exponent_bits) && odd(e)
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

const fn hash_len(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::HS384 => 48,
        Algorithm::HS512 => 64,
        _ => 32,
    }
}
