//! One `GET`, refused as early as it can be.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::Full;
use portcullis_http::{Client, Place};

use super::freshness;
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
    let answer = client.send(request(place, known)).await?;
    let lifetime = freshness::lifetime(answer.headers());
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if known.is_some() => return Ok(Answer::NotModified { lifetime }),
        status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => {
            return Err(LoadError::of(LoadErrorKind::Redirected, status));
        }
        status => return Err(LoadError::of(LoadErrorKind::Status(status), status)),
    }
    if accepts == Accepts::Json && !answer.is_json() {
        return Err(LoadErrorKind::ContentType.into());
    }
    let etag = answer.headers().get(ETAG).cloned();
    let text = answer.text(LONGEST).await?;
    Ok(Answer::Document(Document { text, etag, lifetime }))
}

fn request(place: &Place, known: Option<&HeaderValue>) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::default());
    *request.uri_mut() = place.uri().clone();
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/jwk-set+json, application/json"));
    if let Some(etag) = known {
        headers.insert(IF_NONE_MATCH, etag.clone());
    }
    request
}
