//! `Authorization: Bearer <token>` (RFC 6750 §2.1).

use std::borrow::Cow;

use http::header::{AUTHORIZATION, HeaderValue};
use http::{HeaderMap, Uri};
use portcullis_core::{DeniedKind, bearer_token};

use super::CredentialSource;
use super::query::has_parameter;

#[derive(Debug)]
pub(crate) struct AuthorizationHeader;

impl CredentialSource for AuthorizationHeader {
    fn find<'r>(&self, headers: &'r HeaderMap, uri: Option<&'r Uri>) -> Result<Option<Cow<'r, [u8]>>, DeniedKind> {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let Some(field) = fields.next() else { return Ok(None) };
        if fields.next().is_some() {
            return Err(DeniedKind::MultipleCredentials);
        }
        let Some(token) = bearer_token(field.as_bytes())? else { return Ok(None) };
        // A client must not use more than one method (RFC 6750 §2), whichever of them we read.
        if uri.is_some_and(|uri| has_parameter(uri, "access_token")) {
            return Err(DeniedKind::MultipleCredentials);
        }
        Ok(Some(Cow::Borrowed(token)))
    }

    fn mark_sensitive(&self, headers: &mut HeaderMap) {
        if let Some(field) = headers.get_mut(AUTHORIZATION) {
            field.set_sensitive(true);
        }
    }

    fn strip(&self, headers: &mut HeaderMap) {
        // Where the token came from elsewhere, a credential of another scheme may be here: that is not ours to take.
        let is_ours = |field: &HeaderValue| matches!(bearer_token(field.as_bytes()), Ok(Some(_)));
        if headers.get(AUTHORIZATION).is_some_and(is_ours) {
            headers.remove(AUTHORIZATION);
        }
    }
}
