//! Why a key cannot be used.

use std::fmt;

/// Why a key, or a set of keys, cannot be used. The text says what to do and holds nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyError {
    /// Not JSON of the shape of RFC 7517.
    MalformedJwk,
    /// Not a PEM block with a public key.
    MalformedPem,
    /// Not a DER public key.
    MalformedDer,
    /// A private key or a certificate where a public key is asked for.
    NotAPublicKey,
    /// A private key that cannot be read.
    MalformedPrivateKey,
    /// The private part of a key is not that of its public part.
    PartsDisagree,
    /// `kty`, `crv` or `alg` is not one that is supported.
    Unsupported,
    /// The algorithm does not go with the key.
    AlgorithmMismatch,
    /// `use` or `key_ops` say that the key is not for verifying signatures.
    NotForVerifying,
    /// `use` or `key_ops` say that the key is not for signing.
    NotForSigning,
    /// An RSA modulus under 2048 or over 8192 bits, a public exponent that is even, under 3 or over 33
    /// bits, or a key that can be factored from its public part (CVE-2017-15361).
    WeakRsa,
    /// A point that is not on its curve, or of the wrong length.
    InvalidPoint,
    /// A symmetric key in a JWK or a key set: secrets come from an explicit constructor alone.
    Symmetric,
    /// A secret shorter than the hash (RFC 7518 §3.2).
    ShortSecret,
    /// Another key of the set has the same `kid` and algorithm.
    DuplicateKid,
    /// The set has more than 100 keys.
    TooManyKeys,
    /// The set has no key that can be used.
    NoUsableKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedJwk => "not a JWK or JWKS (RFC 7517): expected a JSON object without duplicate members",
            Self::MalformedPem => "not a PEM public key: expected one block, `-----BEGIN PUBLIC KEY-----` or `-----BEGIN RSA PUBLIC KEY-----`",
            Self::MalformedDer => "not a DER SubjectPublicKeyInfo (RFC 5280 section 4.1)",
            Self::NotAPublicKey => {
                "a private key or certificate where a public key is needed: take the public part with `openssl pkey -in key.pem -pubout` or `openssl x509 -in cert.pem -noout -pubkey`"
            }
            Self::MalformedPrivateKey => "not a private key that can be read: expected one in PEM (PKCS#8, PKCS#1 or SEC 1, not encrypted) or a JWK with all its private members",
            Self::PartsDisagree => "the private part of the key is not that of its public part",
            Self::Unsupported => "the key type, curve or algorithm is not supported",
            Self::AlgorithmMismatch => "the algorithm does not go with the key: RSA keys take RS* or PS*, P-256 takes ES256, P-384 takes ES384, Ed25519 takes EdDSA",
            Self::NotForVerifying => "`use` or `key_ops` say that the key is not for verifying signatures",
            Self::NotForSigning => "`use` or `key_ops` say that the key is not for signing",
            Self::WeakRsa => "an RSA key needs a modulus of 2048 to 8192 bits and an odd public exponent of 3 or more, 33 bits at most, and must not have the mark of CVE-2017-15361",
            Self::InvalidPoint => "the public key is not a point of its curve, or has the wrong length",
            Self::Symmetric => "a symmetric key has no place in a JWK or a key set: give it to `VerifyingKey::from_secret` or `SigningKey::from_secret`",
            Self::ShortSecret => "a shared secret needs as many bytes as the hash puts out: 32 for HS256, 48 for HS384, 64 for HS512",
            Self::DuplicateKid => "another key of the set has the same `kid` and algorithm",
            Self::TooManyKeys => "the set has more than 100 keys",
            Self::NoUsableKey => "no key of the set can be used",
        })
    }
}

impl std::error::Error for KeyError {}
