//! Public keys from PEM and DER, by jsonwebtoken's model.

use jsonwebtoken::DecodingKey;
use simple_asn1::ASN1Block;

use super::{Algorithm, KeyError, Material};

pub(super) fn from_pem(algorithm: Algorithm, pem: &[u8]) -> Result<Material, KeyError> {
    let text = std::str::from_utf8(pem).map_err(|_| KeyError::MalformedPem)?;
    if text.contains("PRIVATE KEY-----") || text.contains("CERTIFICATE-----") {
        return Err(KeyError::NotAPublicKey);
    }
    // Of several blocks only one would be read, and nobody told which.
    if text.matches("-----BEGIN").count() != 1 {
        return Err(KeyError::MalformedPem);
    }
    let read = match algorithm {
        Algorithm::EdDSA => DecodingKey::from_ed_pem,
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem,
        _ if algorithm.is_rsa() => DecodingKey::from_rsa_pem,
        _ => return Err(KeyError::AlgorithmMismatch),
    };
    let key = read(pem).map_err(|_| mismatch_or_malformed(pem))?;
    let bytes = key.try_get_as_bytes().map_err(|_| KeyError::MalformedPem)?;
    match algorithm {
        Algorithm::EdDSA => Material::ed25519(bytes),
        Algorithm::ES256 | Algorithm::ES384 => Material::ec_point(bytes),
        _ => rsa_public_key(bytes),
    }
}

pub(super) fn from_der(algorithm: Algorithm, spki: &[u8]) -> Result<Material, KeyError> {
    let body = base64_simd::STANDARD.encode_to_string(spki);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    from_pem(algorithm, pem.as_bytes()).map_err(|error| match error {
        KeyError::MalformedPem => KeyError::MalformedDer,
        other => other,
    })
}

/// A key that another family reads is a good key with the wrong algorithm.
fn mismatch_or_malformed(pem: &[u8]) -> KeyError {
    let readers = [DecodingKey::from_ed_pem, DecodingKey::from_ec_pem, DecodingKey::from_rsa_pem];
    if readers.iter().any(|read| read(pem).is_ok()) { KeyError::AlgorithmMismatch } else { KeyError::MalformedPem }
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017 appendix A.1.1).
pub(crate) fn rsa_public_key(der: &[u8]) -> Result<Material, KeyError> {
    let blocks = simple_asn1::from_der(der).map_err(|_| KeyError::MalformedDer)?;
    let [ASN1Block::Sequence(_, fields)] = blocks.as_slice() else { return Err(KeyError::MalformedDer) };
    let [ASN1Block::Integer(_, n), ASN1Block::Integer(_, e)] = fields.as_slice() else {
        return Err(KeyError::MalformedDer);
    };
    Ok(Material::rsa(&n.to_signed_bytes_be(), &e.to_signed_bytes_be()))
}
