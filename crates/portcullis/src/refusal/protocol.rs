//! How the caller wants to be told.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

/// The protocol of a request, by its content type. gRPC clients read a plain HTTP 401 as something else altogether, and on
/// streaming calls even as success: they get a trailers-only response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP.
    Http,
    /// gRPC or gRPC-Web, with the content type to answer in.
    Grpc(HeaderValue),
}

impl Protocol {
    /// Reads the content type: `application/grpc`, `application/grpc+proto`, `application/grpc-web-text` and the like are gRPC.
    pub fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Self::Http };
        let Some(rest) = without_prefix(value.as_bytes(), b"application/grpc") else { return Self::Http };
        let (rest, answer) = if let Some(rest) = without_prefix(rest, b"-web-text") {
            (rest, "application/grpc-web-text+proto")
        } else if let Some(rest) = without_prefix(rest, b"-web") {
            (rest, "application/grpc-web+proto")
        } else {
            (rest, "application/grpc")
        };
        match rest {
            [] | [b'+' | b';' | b' ' | b'\t', ..] => Self::Grpc(HeaderValue::from_static(answer)),
            _ => Self::Http,
        }
    }
}

/// Media types are compared in any case (RFC 9110 §8.3.1).
fn without_prefix<'v>(value: &'v [u8], prefix: &[u8]) -> Option<&'v [u8]> {
    let (start, rest) = value.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
