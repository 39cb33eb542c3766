//! Rules S1 to S3: the compact form and the header.

use portcullis_core::{Algorithm, DeniedKind, SigningKey};
use serde_json::json;

use super::{BadToken, Under, good, token};
use crate::{Mint, TestIssuer};

pub(super) fn tokens(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{AlgorithmNotAllowed, MalformedToken, UnacceptableHeader, WrongType};
    let good = good(issuer);
    let (header, claims) = (good.header_json(), good.claims_json());
    let raw = |header: &str| good.sign_raw(header, &claims);
    let doubled = header.replacen('{', r#"{"alg":"none","#, 1);
    let escaped = header.replacen('{', r#"{"\u0061lg":"none","#, 1);
    let token_without = |at: usize| {
        let signed = good.clone().sign();
        let mut parts: Vec<&str> = signed.split('.').collect();
        parts.remove(at);
        parts.join(".")
    };
    let with = |name, value: serde_json::Value| good.clone().header(name, value).sign();
    vec![
        token("two segments", "S1", MalformedToken, token_without(2)),
        token("four segments", "S1", MalformedToken, format!("{}.AA", good.clone().sign())),
        token(
            "five segments, as encrypted tokens have",
            "S1",
            MalformedToken,
            format!("{}.AA.AA", good.clone().sign()),
        ),
        token("an empty header", "S1", MalformedToken, format!(".{}", token_without(0))),
        token("padding", "S1", MalformedToken, format!("{}=", good.clone().sign())),
        token("a signature with stray bits", "S1", MalformedToken, alias(&good.clone().sign())),
        token("a header that is no object", "S2", UnacceptableHeader, raw("[]")),
        token("a header with something behind", "S2", UnacceptableHeader, raw(&format!("{header} x"))),
        token("a byte order mark", "S2", UnacceptableHeader, raw(&format!("\u{feff}{header}"))),
        token("a duplicate member in the header", "S2", UnacceptableHeader, raw(&doubled)),
        token("a duplicate member in another spelling", "S2", UnacceptableHeader, raw(&escaped)),
        token("crit", "S2", UnacceptableHeader, with("crit", json!(["exp"]))),
        token("an empty crit", "S2", UnacceptableHeader, with("crit", json!([]))),
        token("b64", "S2", UnacceptableHeader, with("b64", json!(false))),
        token("zip", "S2", UnacceptableHeader, with("zip", json!("DEF"))),
        token("enc", "S2", UnacceptableHeader, with("enc", json!("A256GCM"))),
        token("a nested token", "S2", UnacceptableHeader, with("cty", json!("JWT"))),
        token("a kid that is a number", "S2", UnacceptableHeader, with("kid", json!(7))),
        token("a DPoP proof", "S2", WrongType, with("typ", json!("dpop+jwt"))),
        token("a logout token", "S2", WrongType, with("typ", json!("logout+jwt"))),
        token("an ID token where access tokens are typed", "S2", WrongType, with("typ", json!("JWT")))
            .under_rule(Under::Rfc9068),
        token("no alg", "S3", AlgorithmNotAllowed, good.clone().without_header("alg").sign()),
        token("alg none", "S3", AlgorithmNotAllowed, with("alg", json!("none"))),
        token("alg nOnE", "S3", AlgorithmNotAllowed, with("alg", json!("nOnE"))),
        token(
            "an algorithm in lower case",
            "S3",
            AlgorithmNotAllowed,
            with("alg", json!(issuer.key().algorithm().as_str().to_lowercase())),
        ),
        token("an algorithm that is not listed", "S3", AlgorithmNotAllowed, with("alg", json!(unlisted_by(issuer)))),
        token("another algorithm than the key's", "S3", AlgorithmNotAllowed, with("alg", json!(other_than(issuer)))),
        token("the public key as a shared secret", "S3", AlgorithmNotAllowed, confused(issuer, &good)),
    ]
}

/// The same value in another spelling: the last character of a segment has bits to spare.
fn alias(token: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let Some((last, rest)) = token.as_bytes().split_last() else { return String::new() };
    let at = ALPHABET.iter().position(|letter| letter == last).unwrap_or_default();
    let next = ALPHABET.get(at ^ 1).copied().unwrap_or(b'A');
    String::from_utf8_lossy(&[rest, &[next]].concat()).into_owned()
}

/// An algorithm that is neither in the default list nor that of the issuer's key.
fn unlisted_by(issuer: &TestIssuer) -> &'static str {
    if issuer.key().algorithm() == Algorithm::RS512 { "RS384" } else { "RS512" }
}

/// An algorithm of the default list that is not that of the issuer's key.
fn other_than(issuer: &TestIssuer) -> &'static str {
    if issuer.key().algorithm() == Algorithm::ES384 { "ES256" } else { "ES384" }
}

/// HS256, keyed with what everybody knows: the public key.
fn confused(issuer: &TestIssuer, good: &Mint<'_>) -> String {
    let mut public = issuer.jwks().into_bytes();
    public.resize(public.len().max(32), 0);
    let key = SigningKey::from_secret(Algorithm::HS256, public).expect("a test key");
    let forged = good.clone().header("alg", "HS256");
    key.sign_parts(forged.header_json(), forged.claims_json()).expect("a signature")
}
