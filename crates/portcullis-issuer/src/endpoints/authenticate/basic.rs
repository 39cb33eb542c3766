//! `client_secret_basic` (RFC 6749 §2.3.1).

use base64_simd::STANDARD;
use http::HeaderValue;

use crate::endpoints::form::decode;

/// Name and secret of an `Authorization` field, both form-encoded inside of it.
pub(super) fn read(value: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let pair = STANDARD.decode_to_vec(encoded.trim_matches(' ')).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (client, secret) = pair.split_once(':')?;
    Some((decode(client)?, decode(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_secret_are_encoded_twice() {
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode_to_string(pair));
        for (name, value, expected) in [
            ("plain", basic("svc:secret"), Some(("svc", "secret"))),
            ("in any case", basic("svc:secret").replacen("Basic", "bASIC", 1), Some(("svc", "secret"))),
            ("a colon in the name", basic("a%3Ab:secret"), Some(("a:b", "secret"))),
            ("a colon in the secret", basic("svc:a:b"), Some(("svc", "a:b"))),
            ("a space and a plus", basic("svc:a+b%2Bc"), Some(("svc", "a b+c"))),
            ("beyond ASCII", basic("svc:%C3%BC"), Some(("svc", "ü"))),
            ("no secret", basic("svc:"), Some(("svc", ""))),
            ("no colon", basic("svc"), None),
            ("a broken escape", basic("svc:100%"), None),
            ("NUL", basic("svc:a%00"), None),
            ("no base64", "Basic svc:secret".into(), None),
            ("no padding", basic("svc:secret").trim_end_matches('=').to_owned(), None),
            ("another scheme", "Bearer c3ZjOnNlY3JldA==".into(), None),
            ("the scheme alone", "Basic".into(), None),
        ] {
            let read = read(&HeaderValue::from_str(&value).unwrap());
            let read = read.as_ref().map(|(client, secret)| (&**client, &**secret));
            assert_eq!(read, expected, "{name}");
        }
    }
}
