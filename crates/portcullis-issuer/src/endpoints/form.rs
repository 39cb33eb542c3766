//! The form in a request (RFC 6749 §3.2, Appendix B), read strictly.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::family::RefreshToken;
use crate::refused::RefusedKind;

/// How many refresh tokens of a request are looked at. A good one has one.
const TOKENS: usize = 4;

/// The parameters of a request, each there once.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Result<Self, RefusedKind> {
        let mut form = BTreeMap::new();
        for pair in pairs(body) {
            let (name, value) = pair.ok_or(RefusedKind::MalformedRequest)?;
            if form.insert(name, value).is_some() {
                return Err(RefusedKind::RepeatedParameter);
            }
        }
        Ok(Self(form))
    }

    /// A parameter. One without a value is not there (RFC 6749 §3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, RefusedKind> {
        self.get(name).ok_or(RefusedKind::MalformedRequest)
    }
}

/// The refresh tokens in a form, each once, whatever else is wrong with it.
pub(super) fn refresh_tokens(body: &[u8]) -> Vec<RefreshToken> {
    let mut values = Vec::new();
    for (name, value) in pairs(body).flatten() {
        let new = name == "refresh_token" && !value.is_empty() && !values.contains(&value);
        if new && values.len() < TOKENS {
            values.push(value);
        }
    }
    values.into_iter().map(RefreshToken::from).collect()
}

/// `None` for a pair that is no text.
fn pairs(body: &[u8]) -> impl Iterator<Item = Option<(String, String)>> {
    body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode(name)?, decode(value)?))
    })
}

/// `application/x-www-form-urlencoded`, without what no honest client writes: broken escapes, what is no UTF-8, NUL.
pub(super) fn decode(text: &str) -> Option<String> {
    let whole = |escape: &[u8]| matches!(escape, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(|escape| whole(escape.as_bytes())) {
        return None;
    }
    let text = text.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().ok()?;
    (!text.contains('\0')).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_strictly() {
        for (name, body, expected) in [
            ("plain", &b"a=1"[..], Ok(Some("1"))),
            ("a space", b"a=1+2", Ok(Some("1 2"))),
            ("an escape", b"%61=1%2B2", Ok(Some("1+2"))),
            ("an equals sign", b"a=1=2", Ok(Some("1=2"))),
            ("no value", b"a=", Ok(None)),
            ("no equals sign", b"a", Ok(None)),
            ("nothing", b"", Ok(None)),
            ("ampersands", b"&&a=1&", Ok(Some("1"))),
            ("twice", b"a=1&a=1", Err(RefusedKind::RepeatedParameter)),
            ("twice, once escaped", b"a=1&%61=2", Err(RefusedKind::RepeatedParameter)),
            ("twice, once empty", b"a=&a=1", Err(RefusedKind::RepeatedParameter)),
            ("another twice", b"a=1&b=1&b=2", Err(RefusedKind::RepeatedParameter)),
            ("NUL", b"a=1%00", Err(RefusedKind::MalformedRequest)),
            ("NUL as it is", b"a=1\0", Err(RefusedKind::MalformedRequest)),
            ("no UTF-8", b"a=%ff", Err(RefusedKind::MalformedRequest)),
            ("no UTF-8 as it is", b"a=\xff", Err(RefusedKind::MalformedRequest)),
            ("half an escape", b"a=%4", Err(RefusedKind::MalformedRequest)),
            ("an escape of nothing", b"a=%zz", Err(RefusedKind::MalformedRequest)),
            ("a percent sign", b"a=100%", Err(RefusedKind::MalformedRequest)),
        ] {
            let form = Form::parse(body);
            assert_eq!(form.as_ref().map(|form| form.get("a")).map_err(|refused| *refused), expected, "{name}");
        }
    }

    #[test]
    fn refresh_tokens_are_found_whatever_else_is_wrong() {
        let found = |body: &[u8]| -> Vec<String> {
            refresh_tokens(body).iter().map(|token| token.as_str().to_owned()).collect()
        };
        assert_eq!(found(b"a=%00&refresh_token=one&b=\xff&refresh_token=two&refresh_token="), ["one", "two"]);
        assert_eq!(found(b"refresh_token=one&refresh_token=%6fne&refresh_token=two"), ["one", "two"]);
        let many: String = (0..100).map(|nth| format!("refresh_token={nth}&")).collect();
        assert_eq!(found(many.as_bytes()).len(), TOKENS);
        assert!(found(b"refresh_tokens=x&Refresh_token=y").is_empty());
    }
}
