//! Keys from JWK (RFC 7517, RFC 8037), by jsonwebtoken's model.

use std::str::FromStr;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use serde::Deserialize;

use super::{Algorithm, Curve, KeyError, Material};
use crate::token::{base64url, json};

/// The public part of a JWK. The members that say what the key is for come first: a key that is not for us
/// says so, whatever else is wrong with it.
pub(super) struct ParsedJwk {
    pub(super) kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) material: Material,
}

/// What the key is to be used for: `use` and `key_ops` must not forbid it.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Verify,
    #[cfg(feature = "signing")]
    Sign,
}

/// The name of the algorithm as it stands: the model folds every name that it does not know into one.
#[derive(Deserialize)]
struct AlgorithmName {
    alg: Option<String>,
}

/// Reads the `kid` of something that may not be a usable JWK otherwise.
pub(super) fn kid_of(jwk: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Kid {
        kid: String,
    }
    serde_json::from_str::<Kid>(jwk).ok().map(|found| found.kid)
}

/// `rsa_default` is the algorithm of an RSA key that does not name its own.
pub(super) fn parse(jwk: &str, purpose: Purpose, rsa_default: Algorithm) -> Result<ParsedJwk, KeyError> {
    json::check_object(jwk).map_err(|_| KeyError::MalformedJwk)?;
    let name: AlgorithmName = serde_json::from_str(jwk).map_err(|_| KeyError::MalformedJwk)?;
    let jwk: Jwk = serde_json::from_str(jwk).map_err(|_| KeyError::MalformedJwk)?;
    is_for(&jwk, purpose)?;
    let (material, natural) = material(&jwk.algorithm, rsa_default)?;
    let algorithm = match name.alg {
        Some(name) => Algorithm::from_str(&name).map_err(|_| KeyError::Unsupported)?,
        None => natural,
    };
    Ok(ParsedJwk { kid: jwk.common.key_id, algorithm, material })
}

fn is_for(jwk: &Jwk, purpose: Purpose) -> Result<(), KeyError> {
    let (operation, refusal) = match purpose {
        Purpose::Verify => (KeyOperations::Verify, KeyError::NotForVerifying),
        #[cfg(feature = "signing")]
        Purpose::Sign => (KeyOperations::Sign, KeyError::NotForSigning),
    };
    let wrong_use = jwk.common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature);
    let wrong_ops = jwk.common.key_operations.as_ref().is_some_and(|ops| !ops.contains(&operation));
    if wrong_use || wrong_ops { Err(refusal) } else { Ok(()) }
}

fn material(parameters: &AlgorithmParameters, rsa_default: Algorithm) -> Result<(Material, Algorithm), KeyError> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => Ok((Material::rsa(&decode(&rsa.n)?, &decode(&rsa.e)?), rsa_default)),
        AlgorithmParameters::EllipticCurve(ec) => {
            let (curve, algorithm) = match ec.curve {
                EllipticCurve::P256 => (Curve::P256, Algorithm::ES256),
                EllipticCurve::P384 => (Curve::P384, Algorithm::ES384),
                _ => return Err(KeyError::Unsupported),
            };
            let (x, y) = (decode(&ec.x)?, decode(&ec.y)?);
            if x.len() != curve.len() || y.len() != curve.len() {
                return Err(KeyError::InvalidPoint);
            }
            let point = [&[0x04], x.as_slice(), y.as_slice()].concat();
            Ok((Material::Ec { curve, point }, algorithm))
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            Ok((Material::ed25519(&decode(&okp.x)?)?, Algorithm::EdDSA))
        }
        AlgorithmParameters::OctetKey(_) => Err(KeyError::Symmetric),
        _ => Err(KeyError::Unsupported),
    }
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, KeyError> {
    base64url::decode(text.as_bytes()).map_err(|_| KeyError::MalformedJwk)
}
