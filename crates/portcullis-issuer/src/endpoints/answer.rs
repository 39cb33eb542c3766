//! Answers (RFC 6749 §5).

use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::refused::{ErrorCode, Refused, RefusedKind};

/// An answer.
pub(super) type Answer = Response<Full<Bytes>>;

/// When to come again, if nobody says.
const LATER: Duration = Duration::from_secs(5);

/// Why there is no better answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The method is none of these.
    Method(&'static str),
    /// Too many requests; come again then.
    Throttled(Duration),
    /// Anything else.
    Refused(Refused),
}

impl From<RefusedKind> for Refusal {
    fn from(kind: RefusedKind) -> Self {
        Self::Refused(kind.into())
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// With a body, not to be kept by anyone.
pub(super) fn private(status: StatusCode, body: Option<&Value>) -> Answer {
    let fixed = HeaderValue::from_static;
    let mut headers = vec![(CACHE_CONTROL, fixed("no-store")), (PRAGMA, fixed("no-cache"))];
    headers.extend(body.map(|_| (CONTENT_TYPE, fixed("application/json"))));
    answer(status, headers, body.map(Value::to_string).unwrap_or_default())
}

/// A document for everyone, to be kept this long.
pub(super) fn public(media_type: &'static str, body: &Value, keep: Duration) -> Answer {
    let keep = HeaderValue::from_str(&format!("public, max-age={}", keep.as_secs()));
    let keep = keep.unwrap_or_else(|_| HeaderValue::from_static("no-cache"));
    let headers = vec![(CACHE_CONTROL, keep), (CONTENT_TYPE, HeaderValue::from_static(media_type))];
    answer(StatusCode::OK, headers, body.to_string())
}

/// There is nothing here.
pub(super) fn not_found() -> Answer {
    private(StatusCode::NOT_FOUND, None)
}

impl Refusal {
    /// What is told: a code, and a text that is always the same.
    pub(super) fn answer(self, challenge: &HeaderValue) -> Answer {
        let refused = match self {
            Self::Method(_) => RefusedKind::MalformedRequest.into(),
            Self::Throttled(_) => RefusedKind::TooManyRequests.into(),
            Self::Refused(refused) => refused,
        };
        let status = match (self, refused.kind(), refused.code()) {
            (Self::Method(_), ..) => StatusCode::METHOD_NOT_ALLOWED,
            (_, RefusedKind::TooManyRequests, _) => StatusCode::TOO_MANY_REQUESTS,
            (.., ErrorCode::TemporarilyUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
            (.., ErrorCode::ServerError) => StatusCode::INTERNAL_SERVER_ERROR,
            (.., ErrorCode::InvalidClient) => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": refused.code().as_str(), "error_description": refused.to_string() });
        let mut answer = private(status, Some(&body));
        let headers = answer.headers_mut();
        if let Self::Method(allowed) = self {
            headers.insert(ALLOW, HeaderValue::from_static(allowed));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, challenge.clone());
        }
        if refused.code() == ErrorCode::TemporarilyUnavailable {
            let after = if let Self::Throttled(after) = self { after } else { LATER };
            // Whole seconds, and never "now".
            headers.insert(RETRY_AFTER, HeaderValue::from(after.as_millis().div_ceil(1000).clamp(1, 86_400) as u64));
        }
        answer
    }
}

/// The challenge of a 401 (RFC 7617 §2).
pub(super) fn challenge(realm: &str) -> HeaderValue {
    let realm = realm.replace('\\', "\\\\").replace('"', "\\\"");
    HeaderValue::from_str(&format!("Basic realm=\"{realm}\", charset=\"UTF-8\""))
        .unwrap_or_else(|_| HeaderValue::from_static("Basic realm=\"issuer\", charset=\"UTF-8\""))
}

fn answer(status: StatusCode, headers: Vec<(HeaderName, HeaderValue)>, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().extend(headers);
    answer
}
