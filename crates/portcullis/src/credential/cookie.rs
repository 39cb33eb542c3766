//! A cookie (RFC 6265 §4.2).

use std::borrow::Cow;

use http::header::{COOKIE, HeaderValue};
use http::{HeaderMap, Uri};
use portcullis_core::DeniedKind;

use super::CredentialSource;

#[derive(Debug)]
pub(crate) struct Cookie {
    name: String,
}

impl Cookie {
    pub(crate) fn new(name: String) -> Self {
        Self { name }
    }

    /// The value, if the pair is our cookie.
    fn value<'p>(&self, pair: &'p [u8]) -> Option<&'p [u8]> {
        pair.trim_ascii().strip_prefix(self.name.as_bytes())?.strip_prefix(b"=")
    }
}

impl CredentialSource for Cookie {
    fn find<'r>(&self, headers: &'r HeaderMap, _: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
        let fields = headers.get_all(COOKIE).iter();
        let pairs = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs.filter_map(|pair| self.value(pair));
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(token), None) => Ok(Some(Cow::Borrowed(token))),
            // Which of them a browser sends first is the attacker's choice (RFC 6265 §8.6).
            (Some(_), Some(_)) => Err(DeniedKind::MultipleCredentials),
        }
    }

    fn mark_sensitive(&self, headers: &mut HeaderMap) {
        if let http::header::Entry::Occupied(mut fields) = headers.entry(COOKIE) {
            fields.iter_mut().for_each(|field| field.set_sensitive(true));
        }
    }

    fn strip(&self, headers: &mut HeaderMap) {
        let fields: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
        headers.remove(COOKIE);
        for field in fields {
            let pairs = field.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let kept: Vec<&[u8]> = pairs.filter(|pair| self.value(pair).is_none()).collect();
            if let (false, Ok(kept)) = (kept.is_empty(), HeaderValue::from_bytes(&kept.join(&b"; "[..]))) {
                headers.append(COOKIE, kept);
            }
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        let token = |byte: u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte);
        let valid = !self.name.is_empty() && self.name.bytes().all(token);
        (!valid).then_some(
            "a cookie name is one or more ASCII letters, digits and signs, without separators (RFC 6265 section 4.1.1)",
        )
    }
}
