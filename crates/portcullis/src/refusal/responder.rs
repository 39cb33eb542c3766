//! The body of a refusal.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use portcullis_core::Denied;

use super::status::http_status;

/// Fills the body of refusals. Status and challenge are not its business: a refusal stays one.
///
/// ```
/// use http::HeaderMap;
/// use portcullis::{Denied, Responder};
///
/// #[derive(Clone)]
/// struct Terse;
/// impl Responder<String> for Terse {
///     fn body(&self, denied: &Denied, _: &mut HeaderMap) -> String {
///         denied.kind().as_str().to_owned()
///     }
///     fn empty(&self) -> String {
///         String::new()
///     }
/// }
/// ```
pub trait Responder<B> {
    /// The body of an HTTP refusal, and headers that describe it. The guard writes its own headers afterwards.
    fn body(&self, denied: &Denied, headers: &mut HeaderMap) -> B;

    /// An empty body, for gRPC.
    fn empty(&self) -> B;
}

/// No body at all: the default. The response body needs a `Default`.
///
/// `hyper::body::Incoming` has none. A service that answers with it, a proxy say, maps its body first:
/// `ServiceBuilder::new().layer(authority.authenticate()).map_response(|r: Response<Incoming>| r.map(Either::Left))`, with
/// a body type such as `http_body_util::Either<Incoming, Empty<Bytes>>`, or `http_body_util::combinators::BoxBody`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoBody;

impl<B: Default> Responder<B> for NoBody {
    fn body(&self, _: &Denied, _: &mut HeaderMap) -> B {
        B::default()
    }

    fn empty(&self) -> B {
        B::default()
    }
}

/// Problem details (RFC 9457): `application/problem+json` with `title`, `status`, `detail` and the stable name of the
/// refusal as `kind`. The response body needs a `From<Bytes>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProblemDetails;

impl<B: From<Bytes>> Responder<B> for ProblemDetails {
    fn body(&self, denied: &Denied, headers: &mut HeaderMap) -> B {
        let status = http_status(denied.class());
        let mut problem = serde_json::json!({
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "detail": denied.kind().description(),
        });
        // A fault of ours is nobody else's business.
        if let (true, Some(members)) = (status.as_u16() != 500, problem.as_object_mut()) {
            members.insert("kind".into(), denied.kind().as_str().into());
            if let Some(scopes) = denied.scopes() {
                members.insert("scope".into(), scopes.into());
            }
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        Bytes::from(problem.to_string()).into()
    }

    fn empty(&self) -> B {
        Bytes::new().into()
    }
}
