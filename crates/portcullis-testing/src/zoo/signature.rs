//! Rules S4 to S6: the key and the signature.

use portcullis_core::{Algorithm, DeniedKind, SigningKey};

use super::{BadToken, good, token};
use crate::TestIssuer;

pub(super) fn tokens(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{BadSignature, UnknownKey};
    let good = good(issuer);
    let signed = good.clone().sign();
    let (input, signature) = signed.rsplit_once('.').unwrap_or_default();
    let tampered = {
        let other = good.clone().scope("orders:read orders:write admin:read").sign();
        let payload = other.split('.').nth(1).unwrap_or_default().to_owned();
        let header = input.split('.').next().unwrap_or_default();
        format!("{header}.{payload}.{signature}")
    };
    let stranger = SigningKey::generate(Algorithm::EdDSA).expect("a test key");
    let embedded = good.clone().header("jwk", stranger.to_public_jwk().unwrap_or_default());
    let embedded = stranger.sign_parts(embedded.header_json(), embedded.claims_json()).expect("a signature");
    let zeros = "A".repeat(signature.len());
    vec![
        token("an unknown kid", "S4", UnknownKey, good.clone().header("kid", "nobody").sign()),
        token("a kid that is a path", "S4", UnknownKey, good.clone().header("kid", "../../dev/null").sign()),
        token("a signature of another length", "S5", BadSignature, format!("{input}.AAAA")),
        token("a tampered payload", "S6", BadSignature, tampered),
        token("a signature of zeros", "S6", BadSignature, format!("{input}.{zeros}")),
        token("the signature of another key, which is embedded", "S6", BadSignature, embedded),
    ]
}
