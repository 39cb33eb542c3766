//! Pure Rust.

use ed25519_dalek as ed25519;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use rsa::BoxedUint;
use sha2::{Sha256, Sha384, Sha512};

use crate::key::{Algorithm, Curve, Material};

pub(crate) enum PublicKey {
    Rsa(Box<rsa::PublicKey>, RsaVerify),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    Ed25519(ed25519::VerifyingKey),
    Secret(Box<Secret>),
}

impl PublicKey {
    /// `None` when the material is not a valid key; that it goes with the algorithm is known.
    pub(crate) fn prepare(algorithm: Algorithm, material: &Material) -> Option<Self> {
        match material {
            Material::Rsa { n, e } => Some(Self::Rsa(Box::new(rsa(n, e)?), rsa_verify(algorithm)?)),
            Material::Ec { curve: Curve::P256, point } => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(uncompressed(point)?).ok().map(Self::P256)
            }
            Material::Ec { curve: Curve::P384, point } => {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(uncompressed(point)?).ok().map(Self::P384)
            }
            Material::Ed25519(key) => ed25519::VerifyingKey::from_bytes(key).ok().map(Self::Ed25519),
            Material::Secret(secret) => Some(Self::Secret(Box::new(Secret::new(algorithm, secret)?))),
        }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key, verify) => verify(key, message, signature).is_ok(),
            Self::P256(key) => verify_ecdsa::<p256::ecdsa::Signature>(key, message, signature),
            Self::P384(key) => verify_ecdsa::<p384::ecdsa::Signature>(key, message, signature),
            // Under a key of small order, one signature would do for many messages; strict refuses it.
            Self::Ed25519(key) => ed25519::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::Secret(secret) => secret.verify(message, signature),
        }
    }
}

fn rsa(n: &[u8], e: &[u8]) -> Option<rsa::PublicKey> {
    let (n, e) = (BoxedUint::from_be_slice_vartime(n), BoxedUint::from_be_slice_vartime(e));
    rsa::PublicKey::new_with_size_limits(n, e, 2048..=8192).ok()
}

/// Padding and hash together: both check the length of the signature, PSS that of the salt too.
type RsaVerify = fn(&rsa::PublicKey, &[u8], &[u8]) -> rsa::Result<()>;

fn rsa_verify(algorithm: Algorithm) -> Option<RsaVerify> {
    Some(match algorithm {
        Algorithm::RS256 => rsa::PublicKey::pkcs1v15_verify::<Sha256>,
        Algorithm::RS384 => rsa::PublicKey::pkcs1v15_verify::<Sha384>,
        Algorithm::RS512 => rsa::PublicKey::pkcs1v15_verify::<Sha512>,
        Algorithm::PS256 => rsa::PublicKey::pss_verify::<Sha256>,
        Algorithm::PS384 => rsa::PublicKey::pss_verify::<Sha384>,
        Algorithm::PS512 => rsa::PublicKey::pss_verify::<Sha512>,
        _ => return None,
    })
}

/// The curves would also take a compressed point.
fn uncompressed(point: &[u8]) -> Option<&[u8]> {
    point.starts_with(&[0x04]).then_some(point)
}

/// `S` is the fixed-length form, which admits neither zero nor anything beyond the order of the curve.
fn verify_ecdsa<S: for<'a> TryFrom<&'a [u8]>>(key: &impl Verifier<S>, message: &[u8], signature: &[u8]) -> bool {
    S::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}

/// The state after the key: every message starts from a copy.
pub(crate) enum Secret {
    HS256(Hmac<Sha256>),
    HS384(Hmac<Sha384>),
    HS512(Hmac<Sha512>),
}

impl Secret {
    fn new(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::HS256 => Hmac::new_from_slice(secret).ok().map(Self::HS256),
            Algorithm::HS384 => Hmac::new_from_slice(secret).ok().map(Self::HS384),
            Algorithm::HS512 => Hmac::new_from_slice(secret).ok().map(Self::HS512),
            _ => None,
        }
    }

    fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        match self {
            Self::HS256(mac) => mac.clone().chain_update(message).verify_slice(tag).is_ok(),
            Self::HS384(mac) => mac.clone().chain_update(message).verify_slice(tag).is_ok(),
            Self::HS512(mac) => mac.clone().chain_update(message).verify_slice(tag).is_ok(),
        }
    }

    #[cfg(feature = "signing")]
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::HS256(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
            Self::HS384(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
            Self::HS512(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
        }
    }
}

#[cfg(feature = "signing")]
pub(crate) use signing::{PrivateKey, sha256};

#[cfg(feature = "signing")]
mod signing {
    use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
    use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPublicKey};
    use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
    use sha2::Digest;
    use sha2::digest::common::Generate;
    use sha2::digest::common::getrandom::SysRng;

    use super::{Algorithm, Material, Secret, Sha256, Sha384, Sha512, ed25519};
    use crate::key::rsa_public_key;

    pub(crate) enum PrivateKey {
        Rsa(Box<rsa::PrivateKey>, RsaSign),
        P256(p256::ecdsa::SigningKey),
        P384(p384::ecdsa::SigningKey),
        Ed25519(ed25519::SigningKey),
        Secret(Box<Secret>),
    }

    impl PrivateKey {
        /// From PKCS#8; for RSA also from PKCS#1.
        pub(crate) fn read(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
            match algorithm {
                Algorithm::ES256 => p256::ecdsa::SigningKey::from_pkcs8_der(der).ok().map(Self::P256),
                Algorithm::ES384 => p384::ecdsa::SigningKey::from_pkcs8_der(der).ok().map(Self::P384),
                Algorithm::EdDSA => ed25519::SigningKey::from_pkcs8_der(der).ok().map(Self::Ed25519),
                _ => {
                    let sign = rsa_sign(algorithm)?;
                    let key = rsa::PrivateKey::from_pkcs8_der(der).ok();
                    let key = key.or_else(|| rsa::PrivateKey::from_pkcs1_der(der).ok())?;
                    Some(Self::Rsa(Box::new(key), sign))
                }
            }
        }

        pub(crate) fn secret(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
            Some(Self::Secret(Box::new(Secret::new(algorithm, secret)?)))
        }

        pub(crate) fn generate(algorithm: Algorithm) -> Option<Self> {
            match algorithm {
                Algorithm::ES256 => p256::ecdsa::SigningKey::try_generate().ok().map(Self::P256),
                Algorithm::ES384 => p384::ecdsa::SigningKey::try_generate().ok().map(Self::P384),
                Algorithm::EdDSA => {
                    Some(Self::Ed25519(ed25519::SigningKey::from_bytes(&Generate::try_generate().ok()?)))
                }
                _ => {
                    let sign = rsa_sign(algorithm)?;
                    Some(Self::Rsa(Box::new(rsa::PrivateKey::new(&mut SysRng, 2048).ok()?), sign))
                }
            }
        }

        pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
            match self {
                Self::Rsa(key, sign) => sign(key, message).ok(),
                Self::P256(key) => sign_ecdsa::<p256::ecdsa::Signature>(key, message),
                Self::P384(key) => sign_ecdsa::<p384::ecdsa::Signature>(key, message),
                Self::Ed25519(key) => Some(key.try_sign(message).ok()?.to_bytes().to_vec()),
                Self::Secret(secret) => Some(secret.sign(message)),
            }
        }

        /// The public part; `None` for a secret, which has none.
        pub(crate) fn public(&self) -> Option<Material> {
            match self {
                Self::Rsa(key, _) => rsa_public_key(key.as_public_key().to_pkcs1_der().ok()?.as_bytes()).ok(),
                Self::P256(key) => Material::ec_point(key.verifying_key().to_sec1_point(false).as_bytes()).ok(),
                Self::P384(key) => Material::ec_point(key.verifying_key().to_sec1_point(false).as_bytes()).ok(),
                Self::Ed25519(key) => Material::ed25519(key.verifying_key().as_bytes()).ok(),
                Self::Secret(_) => None,
            }
        }

        /// PKCS#8, to be kept by whoever generated it.
        pub(crate) fn to_pkcs8(&self) -> Option<Vec<u8>> {
            let document = match self {
                Self::Rsa(key, _) => key.to_pkcs8_der(),
                Self::P256(key) => key.to_pkcs8_der(),
                Self::P384(key) => key.to_pkcs8_der(),
                // The key itself writes version 2, which not everybody reads: version 1 has no public key in it.
                Self::Ed25519(key) => {
                    ed25519::pkcs8::KeypairBytes { secret_key: key.to_bytes(), public_key: None }.to_pkcs8_der()
                }
                Self::Secret(_) => return None,
            };
            Some(document.ok()?.as_bytes().to_vec())
        }
    }

    /// Padding and hash together; both blind the private operation.
    type RsaSign = fn(&rsa::PrivateKey, &[u8]) -> rsa::Result<Vec<u8>>;

    fn rsa_sign(algorithm: Algorithm) -> Option<RsaSign> {
        Some(match algorithm {
            Algorithm::RS256 => rsa::PrivateKey::pkcs1v15_sign::<Sha256>,
            Algorithm::RS384 => rsa::PrivateKey::pkcs1v15_sign::<Sha384>,
            Algorithm::RS512 => rsa::PrivateKey::pkcs1v15_sign::<Sha512>,
            Algorithm::PS256 => rsa::PrivateKey::pss_sign::<Sha256>,
            Algorithm::PS384 => rsa::PrivateKey::pss_sign::<Sha384>,
            Algorithm::PS512 => rsa::PrivateKey::pss_sign::<Sha512>,
            _ => return None,
        })
    }

    /// The nonce comes of key, message and randomness: neither a bad generator nor a fault gives the key away.
    fn sign_ecdsa<S: SignatureEncoding>(key: &impl RandomizedSigner<S>, message: &[u8]) -> Option<Vec<u8>> {
        Some(key.try_sign_with_rng(&mut SysRng, message).ok()?.to_bytes().as_ref().to_vec())
    }

    pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
        Sha256::digest(message).to_vec()
    }
}
