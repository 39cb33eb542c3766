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
        let bytes = value.as_bytes();
        // Media types are compared in any case (RFC 9110 §8.3.1).
        let Some((prefix, rest)) = bytes.split_at_checked(b"application/grpc".len()) else { return Self::Http };
        if !prefix.eq_ignore_ascii_case(b"application/grpc") {
            return Self::Http;
        }
        match rest {
            [] | [b'+' | b';' | b' ' | b'\t', ..] => Self::Grpc(HeaderValue::from_static("application/grpc")),
            [b'-', ..] if rest.get(..9).is_some_and(|rest| rest.eq_ignore_ascii_case(b"-web-text")) => {
                Self::Grpc(HeaderValue::from_static("application/grpc-web-text+proto"))
            }
            [b'-', ..] if rest.get(..4).is_some_and(|rest| rest.eq_ignore_ascii_case(b"-web")) => {
                Self::Grpc(HeaderValue::from_static("application/grpc-web+proto"))
            }
            _ => Self::Http,
        }
    }
}
