//! The request (RFC 8693 §2.1).

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::Full;
use portcullis_core::Timestamp;
use portcullis_http::Place;

use super::client_auth::ClientAuth;
use crate::cache::Key;
use crate::error::ExchangeError;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(super) fn request(
    place: &Place,
    auth: &ClientAuth,
    key: &Key,
    now: Timestamp,
) -> Result<Request<Full<Bytes>>, ExchangeError> {
    let mut headers = HeaderMap::new();
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", GRANT_TYPE)
        .append_pair("subject_token", key.subject.as_str())
        .append_pair("subject_token_type", ACCESS_TOKEN)
        .append_pair("requested_token_type", ACCESS_TOKEN)
        .append_pair("scope", &key.asked.scopes().to_string())
        .append_pair(key.asked.parameter(), key.asked.callee());
    auth.prove(&mut headers, &mut form, now)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut request = Request::new(Full::from(form.finish()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = place.uri().clone();
    *request.headers_mut() = headers;
    Ok(request)
}
