//! The public part of a key as a JWK, and its thumbprint.

use super::{Curve, Material};
use crate::crypto;
use crate::token::base64url;

/// The members that a JWK must have (RFC 7518 §6, RFC 8037 §2), in the order of their names; `None` for a secret, which
/// has no public part. No value needs an escape in JSON.
pub(super) fn required_members(material: &Material) -> Option<Vec<(&'static str, String)>> {
    let text = |bytes: &[u8]| base64url::encode(bytes);
    match material {
        Material::Rsa { n, e } => Some(vec![("e", text(e)), ("kty", "RSA".into()), ("n", text(n))]),
        Material::Ec { curve, point } => {
            let (x, y) = point.get(1..)?.split_at_checked(curve.len())?;
            let crv = if *curve == Curve::P256 { "P-256" } else { "P-384" };
            Some(vec![("crv", crv.into()), ("kty", "EC".into()), ("x", text(x)), ("y", text(y))])
        }
        Material::Ed25519(x) => Some(vec![("crv", "Ed25519".into()), ("kty", "OKP".into()), ("x", text(x))]),
        Material::Secret(_) => None,
    }
}

/// The SHA-256 thumbprint (RFC 7638 §3) in base64url.
pub(super) fn thumbprint(material: &Material) -> Option<String> {
    let members: Vec<String> =
        required_members(material)?.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
    let canonical = format!("{{{}}}", members.join(","));
    Some(base64url::encode(&crypto::sha256(canonical.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::thumbprint;
    use crate::key::Algorithm;
    use crate::key::jwk::{self, Purpose};

    #[test]
    fn the_thumbprints_are_those_of_the_rfcs() {
        for (name, jwk, expected) in [
            (
                "RFC 7638 section 3.1",
                r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
                "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
            ),
            (
                "RFC 8037 appendix A.3",
                r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
                "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            ),
        ] {
            let parsed = jwk::parse(jwk, Purpose::Verify, Algorithm::RS256).unwrap();
            assert_eq!(thumbprint(&parsed.material).as_deref(), Some(expected), "{name}");
        }
    }
}
