//! The refusal of an extractor.

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use portcullis::{Authority, Denied, NoBody, Refusal};

/// The refusal of an extractor: the same status and challenge as a layer's, with an empty body.
#[derive(Debug)]
pub struct Rejection(Box<Refusal>);

impl Rejection {
    pub(crate) fn new(denied: Denied, authority: &Authority, parts: &Parts) -> Self {
        Refusal::new(denied, authority.protocol(&parts.headers)).by(authority).into()
    }

    /// Why.
    pub fn denied(&self) -> &Denied {
        self.0.denied()
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self(Box::new(refusal))
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.0.into_response::<Body>(&NoBody)
    }
}
