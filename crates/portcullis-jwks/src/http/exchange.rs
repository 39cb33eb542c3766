//! One `GET`, refused as early as it can be.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Empty};
use tower::{BoxError, ServiceExt};

use super::client::Client;
use super::freshness;
use super::place::Place;
use crate::origin::{LoadError, LoadErrorKind};

/// The longest document.
pub(crate) const LONGEST: usize = 512 * 1024;

/// What a response has to call itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// JSON of some kind, or nothing at all.
    Json,
    Anything,
}

#[derive(Debug)]
pub(crate) enum Answer {
    Document(Document),
    /// It is what it was (RFC 9110 §15.4.5).
    NotModified {
        lifetime: Option<Duration>,
    },
}

#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) lifetime: Option<Duration>,
}

/// Fetches a document, or learns that the one of this tag still is.
pub(crate) async fn get(
    client: &Client,
    place: &Place,
    known: Option<&HeaderValue>,
    accepts: Accepts,
) -> Result<Answer, LoadError> {
    exchange(client, place, known, accepts).await.map_err(|error| error.at(place))
}

async fn exchange(
    client: &Client,
    place: &Place,
    known: Option<&HeaderValue>,
    accepts: Accepts,
) -> Result<Answer, LoadError> {
    let response = client.clone().oneshot(request(place, known)).await.map_err(unreachable)?;
    let (head, body) = response.into_parts();
    let lifetime = freshness::lifetime(&head.headers);
    match head.status {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if known.is_some() => return Ok(Answer::NotModified { lifetime }),
        status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => {
            return Err(LoadError::of(LoadErrorKind::Redirected, status));
        }
        status => return Err(LoadError::of(LoadErrorKind::Status(status), status)),
    }
    if accepts == Accepts::Json && !is_json(&head.headers) {
        return Err(LoadErrorKind::ContentType.into());
    }
    let text = read(body, &head.headers).await?;
    Ok(Answer::Document(Document { text, etag: head.headers.get(ETAG).cloned(), lifetime }))
}

fn request(place: &Place, known: Option<&HeaderValue>) -> Request<Empty<Bytes>> {
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = place.uri().clone();
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/jwk-set+json, application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("portcullis/", env!("CARGO_PKG_VERSION"))));
    if let Some(etag) = known {
        headers.insert(IF_NONE_MATCH, etag.clone());
    }
    request
}

/// `application/json`, `application/jwk-set+json` (RFC 7517 §8.5.2) and the like, with whatever parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    matches!(&*essence, "application/json" | "text/json")
        || essence.starts_with("application/") && essence.ends_with("+json")
}

/// Reads no more than there may be.
async fn read<B>(body: B, headers: &HeaderMap) -> Result<String, LoadError>
where
    B: Body<Data = Bytes, Error = BoxError>,
{
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LONGEST as u64) {
        return Err(LoadErrorKind::TooLarge.into());
    }
    let mut body = std::pin::pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| LoadError::of(LoadErrorKind::Interrupted, chain(&*error)))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > LONGEST {
            return Err(LoadErrorKind::TooLarge.into());
        }
        bytes.extend_from_slice(&data);
    }
    String::from_utf8(bytes).map_err(|_| LoadErrorKind::Malformed.into())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unreachable(error: BoxError) -> LoadError {
    LoadError::of(LoadErrorKind::Unreachable, chain(&*error))
}

/// An error and what it is due to: the outermost one often says no more than that something failed.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
