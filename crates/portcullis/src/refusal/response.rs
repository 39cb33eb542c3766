//! The response.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use portcullis_core::{Denied, DeniedClass, DeniedKind};

use super::protocol::Protocol;
use super::responder::Responder;
use super::status::{grpc_status, http_status};
use crate::Authority;

/// A refusal on its way to the caller: what the guard and the extractors answer with.
///
/// It leaves the [`Denied`] in the extensions of the response, for layers that log or count.
///
/// ```
/// use http::{HeaderMap, Response};
/// use portcullis::{Denied, DeniedKind, NoBody, Protocol, Refusal};
///
/// let denied = Denied::from(DeniedKind::NotGuarded);
/// let response: Response<String> = Refusal::new(denied, Protocol::of(&HeaderMap::new())).into_response(&NoBody);
/// assert_eq!(response.status(), 500);
/// assert_eq!(response.extensions().get::<Denied>().map(Denied::kind), Some(DeniedKind::NotGuarded));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a refusal refuses nothing until it is the response"]
pub struct Refusal {
    denied: Denied,
    protocol: Protocol,
    challenge: Option<HeaderValue>,
}

impl Refusal {
    /// A refusal, and how the caller wants to be told.
    pub fn new(denied: Denied, protocol: Protocol) -> Self {
        log(&denied);
        Self { denied, protocol, challenge: None }
    }

    /// Challenges the caller in the name of an authority.
    pub fn by(mut self, authority: &Authority) -> Self {
        self.challenge = authority.challenge().of(&self.denied);
        self
    }

    /// Why.
    pub const fn denied(&self) -> &Denied {
        &self.denied
    }

    /// The challenge, if there is one.
    pub const fn challenge(&self) -> Option<&HeaderValue> {
        self.challenge.as_ref()
    }

    /// The response.
    pub fn into_response<B>(self, responder: &impl Responder<B>) -> Response<B> {
        let mut headers = HeaderMap::new();
        let (status, body) = match self.protocol {
            Protocol::Http => {
                let body = responder.body(&self.denied, &mut headers);
                (http_status(self.denied.class()), body)
            }
            Protocol::Grpc(content_type) => {
                headers.insert(CONTENT_TYPE, content_type);
                headers.insert(GRPC_STATUS, HeaderValue::from_static(grpc_status(self.denied.class())));
                // Descriptions are printable ASCII without `%`: they need no percent-encoding.
                headers.insert(GRPC_MESSAGE, HeaderValue::from_static(self.denied.kind().description()));
                (StatusCode::OK, responder.empty())
            }
        };
        match self.challenge {
            Some(challenge) => headers.insert(WWW_AUTHENTICATE, challenge),
            // Not the responder's business either.
            None => headers.remove(WWW_AUTHENTICATE),
        };
        if let Some(wait) = self.denied.retry_after() {
            // Rounded up: not before the time.
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));

        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response.extensions_mut().insert(self.denied);
        response
    }
}

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

fn log(denied: &Denied) {
    let kind = denied.kind().as_str();
    match denied.class() {
        DeniedClass::Internal => tracing::error!(kind, "refused: {}", cause(denied)),
        DeniedClass::Unavailable => tracing::warn!(kind, "refused: {denied}"),
        _ => tracing::debug!(kind, "refused: {denied}"),
    }
}

/// What the log says where the caller hears of an internal error.
fn cause(denied: &Denied) -> &'static str {
    match denied.kind() {
        DeniedKind::NotGuarded => {
            "a permission or principal was asked for where no Portcullis layer ran; put `authority.authenticate()` around this route or service"
        }
        DeniedKind::ModelMismatch => {
            "the token was judged by another access model than that of the policy: give the rules of every issuer the same, `rules.access_model(policy.access_model().clone())`"
        }
        DeniedKind::ClockFailed => "the clock cannot tell the time",
        _ => "internal error",
    }
}
