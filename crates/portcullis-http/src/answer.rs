//! An answer, refused as early as it can be.

use std::fmt;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;

use crate::client::AnswerBody;
use crate::error::{FetchError, chain};

/// An answer whose head is there.
pub struct Answer {
    response: Response<AnswerBody>,
}

impl Answer {
    pub(crate) const fn new(response: Response<AnswerBody>) -> Self {
        Self { response }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Whether it calls itself JSON of some kind, with whatever parameters, or nothing at all: `application/json`,
    /// `application/jwk-set+json` (RFC 7517 §8.5.2) and the like.
    pub fn is_json(&self) -> bool {
        let Some(value) = self.headers().get(CONTENT_TYPE) else { return true };
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        matches!(&*essence, "application/json" | "text/json")
            || essence.starts_with("application/") && essence.ends_with("+json")
    }

    /// Reads the body, and no more than `longest` bytes of it.
    ///
    /// # Errors
    /// When it is longer, breaks off, or is not UTF-8.
    pub async fn text(self, longest: usize) -> Result<String, FetchError> {
        let announced = self.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > longest as u64) {
            return Err(FetchError::TooLarge);
        }
        let mut body = self.response.into_body();
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| FetchError::Interrupted(chain(&*error)))?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > longest {
                return Err(FetchError::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
        String::from_utf8(bytes).map_err(|_| FetchError::NotText)
    }
}

/// Without headers and body, which may hold a token.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status()).finish_non_exhaustive()
    }
}
