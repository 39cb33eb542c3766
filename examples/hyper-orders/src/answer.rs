//! Responses, refusals among them.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use portcullis::{Authority, Denied, NoBody, Protocol, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An order is small.
const LONGEST_BODY: usize = 4096;

pub(crate) type Answer = Response<Full<Bytes>>;

/// Why a request was not served.
pub(crate) enum Failure {
    /// The caller may not.
    Denied(Denied),
    /// The path is there, for these methods.
    OtherMethod(&'static str),
    /// Anything else.
    Status(StatusCode),
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        Self::Status(status)
    }
}

impl Failure {
    pub(crate) fn answer(self, authority: &Authority) -> Answer {
        match self {
            // The same status and challenge as from the layer.
            Self::Denied(denied) => Refusal::new(denied, Protocol::Http).by(authority).into_response(&NoBody),
            Self::OtherMethod(allowed) => {
                let mut answer = empty(StatusCode::METHOD_NOT_ALLOWED);
                answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
                answer
            }
            Self::Status(status) => empty(status),
        }
    }
}

pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = status;
    answer
}

pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let Ok(json) = serde_json::to_vec(value) else { return empty(StatusCode::INTERNAL_SERVER_ERROR) };
    let mut answer = Response::new(Full::from(json));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

pub(crate) async fn read_json<T: DeserializeOwned>(body: Incoming) -> Result<T, StatusCode> {
    let body = Limited::new(body, LONGEST_BODY).collect().await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    serde_json::from_slice(&body.to_bytes()).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)
}
