//! A public key or secret in one form, wherever it came from.

use super::{Algorithm, KeyError, roca};

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

    /// Of small order there are keys under which one signature stands for many messages; not every backend refuses them.
    pub(crate) fn ed25519(key: &[u8]) -> Result<Self, KeyError> {
        let key: [u8; 32] = key.try_into().map_err(|_| KeyError::InvalidPoint)?;
        let [rest @ .., sign_and_top] = key;
        let is_small = |[small @ .., top]: &[u8; 32]| *small == rest && *top == sign_and_top & 0x7F;
        if SMALL_ORDER.iter().any(is_small) { Err(KeyError::InvalidPoint) } else { Ok(Self::Ed25519(key)) }
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

/// The points of small order of edwards25519 in all encodings, without the sign: y is 0, 1, −1, ±the two of order 8, and
/// those that are not reduced, p and p + 1.
const SMALL_ORDER: [[u8; 32]; 7] = {
    const fn prime_plus(lowest: u8) -> [u8; 32] {
        let mut bytes = [0xFF; 32];
        bytes[0] = lowest;
        bytes[31] = 0x7F;
        bytes
    }
    let mut one = [0; 32];
    one[0] = 1;
    [
        [0; 32],
        one,
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
            0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
            0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
        prime_plus(0xEC), // p - 1
        prime_plus(0xED),
        prime_plus(0xEE),
    ]
};

/// Both without leading zeros.
fn strong_rsa(n: &[u8], e: &[u8]) -> bool {
    let modulus_bits = bits(n);
    let exponent_bits = bits(e);
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    (2048..=8192).contains(&modulus_bits)
        && odd(n)
        && (2..=33).contains(&exponent_bits)
        && odd(e)
        && !roca::is_marked(n)
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
