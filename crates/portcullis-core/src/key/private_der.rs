//! Private keys in DER: PKCS#8 (RFC 5208 §5) around what each family has of its own.

use simple_asn1::{ASN1Block, ASN1Class, BigInt, OID, oid};

use super::{Algorithm, Curve, KeyError, Material};

/// A private key in PKCS#8, of a family that is known here.
pub(super) struct Pkcs8 {
    pub(super) der: Vec<u8>,
    /// The algorithm of the curve; RS256 for RSA.
    pub(super) natural: Algorithm,
}

impl Pkcs8 {
    pub(super) fn read(der: &[u8]) -> Result<Self, KeyError> {
        let fields = sequence(der)?;
        let [ASN1Block::Integer(..), ASN1Block::Sequence(_, algorithm), ASN1Block::OctetString(_, key), ..] =
            fields.as_slice()
        else {
            return Err(KeyError::MalformedPrivateKey);
        };
        let natural = match algorithm.as_slice() {
            [ASN1Block::ObjectIdentifier(_, family), ..] if *family == rsa_oid() => return Self::rsa(key.clone()),
            [ASN1Block::ObjectIdentifier(_, family)] if *family == ed25519_oid() => Algorithm::EdDSA,
            [ASN1Block::ObjectIdentifier(_, family), ASN1Block::ObjectIdentifier(_, curve)] if *family == ec_oid() => {
                algorithm_of(curve)?
            }
            _ => return Err(KeyError::Unsupported),
        };
        Ok(Self { der: der.to_vec(), natural })
    }

    /// Around `RSAPrivateKey` (PKCS#1, RFC 8017 appendix A.1.2). A weak key is told apart here: not every backend does.
    pub(super) fn rsa(pkcs1: Vec<u8>) -> Result<Self, KeyError> {
        let fields = sequence(&pkcs1)?;
        let [ASN1Block::Integer(..), ASN1Block::Integer(_, n), ASN1Block::Integer(_, e), ..] = fields.as_slice() else {
            return Err(KeyError::MalformedPrivateKey);
        };
        Material::rsa(&n.to_signed_bytes_be(), &e.to_signed_bytes_be()).fits(Algorithm::RS256)?;
        Self::wrap(Algorithm::RS256, vec![ASN1Block::ObjectIdentifier(0, rsa_oid()), ASN1Block::Null(0)], pkcs1)
    }

    /// From the numbers of `RSAPrivateKey` in its order: `n e d p q dp dq qi`.
    pub(super) fn rsa_of(numbers: [&[u8]; 8]) -> Result<Self, KeyError> {
        let integer = |number: &[u8]| {
            let positive = [&[0], number].concat();
            ASN1Block::Integer(0, BigInt::from_signed_bytes_be(&positive))
        };
        let two_primes = ASN1Block::Integer(0, 0.into());
        Self::rsa(der(&ASN1Block::Sequence(0, [two_primes].into_iter().chain(numbers.map(integer)).collect()))?)
    }

    /// Around `ECPrivateKey` (SEC 1, RFC 5915 §3), which must name its curve.
    pub(super) fn ec(sec1: Vec<u8>) -> Result<Self, KeyError> {
        let fields = sequence(&sec1)?;
        let curve = fields.iter().find_map(|field| match field {
            ASN1Block::Explicit(ASN1Class::ContextSpecific, _, _, inner) => match &**inner {
                ASN1Block::ObjectIdentifier(_, curve) => Some(curve),
                _ => None,
            },
            _ => None,
        });
        let curve = curve.ok_or(KeyError::Unsupported)?;
        Self::wrap_ec(algorithm_of(curve)?, curve, sec1)
    }

    /// From the number alone: the backend works the point out.
    pub(super) fn ec_of(curve: Curve, d: &[u8]) -> Result<Self, KeyError> {
        let version = ASN1Block::Integer(0, 1.into());
        let sec1 = der(&ASN1Block::Sequence(0, vec![version, ASN1Block::OctetString(0, d.to_vec())]))?;
        let (natural, curve) = match curve {
            Curve::P256 => (Algorithm::ES256, p256_oid()),
            Curve::P384 => (Algorithm::ES384, p384_oid()),
        };
        Self::wrap_ec(natural, &curve, sec1)
    }

    /// `CurvePrivateKey` (RFC 8410 §7).
    pub(super) fn ed25519_of(d: &[u8]) -> Result<Self, KeyError> {
        let key = der(&ASN1Block::OctetString(0, d.to_vec()))?;
        Self::wrap(Algorithm::EdDSA, vec![ASN1Block::ObjectIdentifier(0, ed25519_oid())], key)
    }

    fn wrap_ec(natural: Algorithm, curve: &OID, sec1: Vec<u8>) -> Result<Self, KeyError> {
        let names = [ec_oid(), curve.clone()].map(|name| ASN1Block::ObjectIdentifier(0, name));
        Self::wrap(natural, names.into(), sec1)
    }

    fn wrap(natural: Algorithm, algorithm: Vec<ASN1Block>, key: Vec<u8>) -> Result<Self, KeyError> {
        let version = ASN1Block::Integer(0, 0.into());
        let fields = vec![version, ASN1Block::Sequence(0, algorithm), ASN1Block::OctetString(0, key)];
        Ok(Self { der: der(&ASN1Block::Sequence(0, fields))?, natural })
    }
}

fn sequence(der: &[u8]) -> Result<Vec<ASN1Block>, KeyError> {
    let blocks = simple_asn1::from_der(der).map_err(|_| KeyError::MalformedPrivateKey)?;
    match <[ASN1Block; 1]>::try_from(blocks) {
        Ok([ASN1Block::Sequence(_, fields)]) => Ok(fields),
        _ => Err(KeyError::MalformedPrivateKey),
    }
}

fn der(block: &ASN1Block) -> Result<Vec<u8>, KeyError> {
    simple_asn1::to_der(block).map_err(|_| KeyError::MalformedPrivateKey)
}

fn algorithm_of(curve: &OID) -> Result<Algorithm, KeyError> {
    if *curve == p256_oid() {
        Ok(Algorithm::ES256)
    } else if *curve == p384_oid() {
        Ok(Algorithm::ES384)
    } else {
        Err(KeyError::Unsupported)
    }
}

fn rsa_oid() -> OID {
    oid!(1, 2, 840, 113_549, 1, 1, 1)
}

fn ec_oid() -> OID {
    oid!(1, 2, 840, 10_045, 2, 1)
}

fn p256_oid() -> OID {
    oid!(1, 2, 840, 10_045, 3, 1, 7)
}

fn p384_oid() -> OID {
    oid!(1, 3, 132, 0, 34)
}

fn ed25519_oid() -> OID {
    oid!(1, 3, 101, 112)
}
