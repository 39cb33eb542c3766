//! Refusals as `Status`.

use std::sync::Arc;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use portcullis::{Authority, Denied, DeniedClass, Protocol, Refusal};
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

/// A refusal as a `Status`, the same that a layer answers with: the code of the refusal table, a fixed message, and the
/// challenge as `www-authenticate` metadata when an authority is there to word it. The [`Denied`] is its source.
///
/// ```
/// use portcullis::{Denied, DeniedKind};
///
/// let status = portcullis_tonic::status(DeniedKind::Expired.into(), None);
/// assert_eq!(status.code(), tonic::Code::Unauthenticated);
/// assert_eq!(status.message(), "the token has expired");
/// ```
pub fn status(denied: Denied, authority: Option<&Authority>) -> Status {
    let mut refusal = Refusal::new(denied, Protocol::Http);
    if let Some(authority) = authority {
        refusal = refusal.by(authority);
    }
    let mut metadata = HeaderMap::new();
    if let Some(challenge) = refusal.challenge() {
        metadata.insert(WWW_AUTHENTICATE, challenge.clone());
    }
    let denied = refusal.denied().clone();
    let (code, message) = (code(denied.class()), denied.kind().description());
    let mut status = Status::with_metadata(code, message, MetadataMap::from_headers(metadata));
    status.set_source(Arc::new(denied));
    status
}

const fn code(class: DeniedClass) -> Code {
    match class {
        DeniedClass::NoCredential | DeniedClass::InvalidRequest | DeniedClass::InvalidToken | DeniedClass::TooOld => {
            Code::Unauthenticated
        }
        DeniedClass::InsufficientScope => Code::PermissionDenied,
        DeniedClass::Unavailable => Code::Unavailable,
        _ => Code::Internal,
    }
}
