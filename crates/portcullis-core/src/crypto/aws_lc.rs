//! AWS-LC.

use aws_lc_rs::hmac;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{self as sig, ParsedPublicKey};

use crate::key::{Algorithm, Material};

pub(crate) enum PublicKey {
    Asymmetric(ParsedPublicKey),
    Secret(Box<hmac::Key>),
}

impl PublicKey {
    /// `None` when the material is not a valid key; that it goes with the algorithm is known.
    pub(crate) fn prepare(algorithm: Algorithm, material: &Material) -> Option<Self> {
        let asymmetric = |key: Result<ParsedPublicKey, _>| key.ok().map(Self::Asymmetric);
        match material {
            Material::Rsa { n, e } => asymmetric(PublicKeyComponents { n, e }.to_parsed_public_key(rsa(algorithm)?)),
            Material::Ec { point, .. } if algorithm == Algorithm::ES384 => {
                asymmetric(ParsedPublicKey::new(&sig::ECDSA_P384_SHA384_FIXED, point))
            }
            Material::Ec { point, .. } => asymmetric(ParsedPublicKey::new(&sig::ECDSA_P256_SHA256_FIXED, point)),
            Material::Ed25519(key) => asymmetric(ParsedPublicKey::new(&sig::ED25519, key)),
            Material::Secret(secret) => Some(Self::Secret(Box::new(hmac::Key::new(mac(algorithm)?, secret)))),
        }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Asymmetric(key) => key.verify_sig(message, signature).is_ok(),
            Self::Secret(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static sig::RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &sig::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &sig::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &sig::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &sig::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &sig::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &sig::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn mac(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    Some(match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => return None,
    })
}

#[cfg(feature = "signing")]
pub(crate) use signing::{PrivateKey, sha256};

#[cfg(feature = "signing")]
mod signing {
    use aws_lc_rs::digest;
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair};

    use super::{Algorithm, Material, hmac, mac, sig};
    use crate::key::rsa_public_key;

    pub(crate) enum PrivateKey {
        Rsa(RsaKeyPair, &'static dyn RsaEncoding),
        Ec(EcdsaKeyPair),
        Ed25519(Ed25519KeyPair),
        Secret(Box<hmac::Key>),
    }

    impl PrivateKey {
        /// From PKCS#8; for RSA also from PKCS#1.
        pub(crate) fn read(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
            if algorithm.is_rsa() {
                let pair = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)).ok()?;
                return Some(Self::Rsa(pair, padding(algorithm)?));
            }
            match algorithm {
                Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Self::Ed25519),
                _ => EcdsaKeyPair::from_pkcs8(ecdsa(algorithm)?, der).ok().map(Self::Ec),
            }
        }

        pub(crate) fn secret(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
            Some(Self::Secret(Box::new(hmac::Key::new(mac(algorithm)?, secret))))
        }

        pub(crate) fn generate(algorithm: Algorithm) -> Option<Self> {
            if algorithm.is_rsa() {
                return Some(Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).ok()?, padding(algorithm)?));
            }
            match algorithm {
                Algorithm::EdDSA => Ed25519KeyPair::generate().ok().map(Self::Ed25519),
                _ => EcdsaKeyPair::generate(ecdsa(algorithm)?).ok().map(Self::Ec),
            }
        }

        pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
            match self {
                Self::Rsa(pair, padding) => {
                    let mut signature = vec![0; pair.public_modulus_len()];
                    pair.sign(*padding, &SystemRandom::new(), message, &mut signature).ok()?;
                    Some(signature)
                }
                Self::Ec(pair) => Some(pair.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
                Self::Ed25519(pair) => Some(pair.try_sign(message).ok()?.as_ref().to_vec()),
                Self::Secret(key) => Some(hmac::sign(key, message).as_ref().to_vec()),
            }
        }

        /// The public part; `None` for a secret, which has none.
        pub(crate) fn public(&self) -> Option<Material> {
            match self {
                Self::Rsa(pair, _) => rsa_public_key(pair.public_key().as_ref()).ok(),
                Self::Ec(pair) => Material::ec_point(pair.public_key().as_ref()).ok(),
                Self::Ed25519(pair) => Material::ed25519(pair.public_key().as_ref()).ok(),
                Self::Secret(_) => None,
            }
        }

        /// PKCS#8, to be kept by whoever generated it.
        pub(crate) fn to_pkcs8(&self) -> Option<Vec<u8>> {
            match self {
                Self::Rsa(pair, _) => Some(pair.as_der().ok()?.as_ref().to_vec()),
                Self::Ec(pair) => Some(pair.to_pkcs8v1().ok()?.as_ref().to_vec()),
                Self::Ed25519(pair) => Some(pair.to_pkcs8v1().ok()?.as_ref().to_vec()),
                Self::Secret(_) => None,
            }
        }
    }

    fn padding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
        Some(match algorithm {
            Algorithm::RS256 => &sig::RSA_PKCS1_SHA256,
            Algorithm::RS384 => &sig::RSA_PKCS1_SHA384,
            Algorithm::RS512 => &sig::RSA_PKCS1_SHA512,
            Algorithm::PS256 => &sig::RSA_PSS_SHA256,
            Algorithm::PS384 => &sig::RSA_PSS_SHA384,
            Algorithm::PS512 => &sig::RSA_PSS_SHA512,
            _ => return None,
        })
    }

    fn ecdsa(algorithm: Algorithm) -> Option<&'static sig::EcdsaSigningAlgorithm> {
        match algorithm {
            Algorithm::ES256 => Some(&sig::ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => Some(&sig::ECDSA_P384_SHA384_FIXED_SIGNING),
            _ => None,
        }
    }

    pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
        digest::digest(&digest::SHA256, message).as_ref().to_vec()
    }
}
