//! A query parameter (RFC 6750 §2.3).

use std::borrow::Cow;

use http::{HeaderMap, Uri};
use portcullis_core::DeniedKind;

use super::CredentialSource;

#[derive(Debug)]
pub(crate) struct QueryParameter {
    name: String,
}

impl QueryParameter {
    pub(crate) fn new(name: String) -> Self {
        Self { name }
    }
}

impl CredentialSource for QueryParameter {
    fn find<'r>(&self, _: &'r HeaderMap, uri: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
        let Some(uri) = uri else { return Ok(None) };
        let mut values = values(uri, &self.name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(token), None) => Ok(Some(Cow::Borrowed(token.as_bytes()))),
            (Some(_), Some(_)) => Err(DeniedKind::MultipleCredentials),
        }
    }

    /// It is in the URI, which a layer only borrows.
    fn can_strip(&self) -> bool {
        false
    }

    // A URI has no mark, and the host matches it.
    fn mark_sensitive(&self, _: &mut HeaderMap) {}

    fn strip(&self, _: &mut HeaderMap) {}

    fn flaw(&self) -> Option<&'static str> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let valid = !self.name.is_empty() && self.name.bytes().all(unreserved);
        (!valid).then_some("the name of a query parameter is one or more ASCII letters, digits and `-._~`")
    }
}

pub(super) fn has_parameter(uri: &Uri, name: &str) -> bool {
    values(uri, name).next().is_some()
}

/// The values of a parameter, as they stand: a token has nothing to escape.
fn values<'u>(uri: &'u Uri, name: &str) -> impl Iterator<Item = &'u str> {
    let pairs = uri.query().unwrap_or_default().split('&');
    pairs.filter_map(move |pair| pair.strip_prefix(name)?.strip_prefix('='))
}
