//! Refusals as `Status`.

use std::sync::Arc;

use portcullis::{Authority, Denied, DeniedClass, NoBody, Protocol, Refusal};
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

/// A refusal as a `Status`, the same that a layer answers with: the code of the refusal table, a fixed message, and as
/// metadata the challenge, when an authority is there to word it, and when to try again. The [`Denied`] is its source.
///
/// ```
/// use portcullis::{Denied, DeniedKind};
///
/// let status = portcullis_tonic::status(DeniedKind::Expired.into(), None);
/// assert_eq!(status.code(), tonic::Code::Unauthenticated);
/// assert_eq!(status.message(), "the token has expired");
/// ```
pub fn status(denied: Denied, authority: Option<&Authority>) -> Status {
    let (code, message) = (code(denied.class()), denied.kind().description());
    let mut refusal = Refusal::new(denied.clone(), Protocol::Http);
    if let Some(authority) = authority {
        refusal = refusal.by(authority);
    }
    // Challenge, `retry-after` and `cache-control`: what a layer sends beside the status.
    let headers = std::mem::take(refusal.into_response::<()>(&NoBody).headers_mut());
    let mut status = Status::with_metadata(code, message, MetadataMap::from_headers(headers));
    status.set_source(Arc::new(denied));
    status
}

const fn code(class: DeniedClass) -> Code {
    match class {
        DeniedClass::NoCredential | DeniedClass::InvalidRequest | DeniedClass::InvalidToken | DeniedClass::TooOld => {
            Code::Unauthenticated
        }
        DeniedClass::InsufficientScope | DeniedClass::Forbidden => Code::PermissionDenied,
        DeniedClass::NotFound => Code::Unimplemented,
        DeniedClass::Unavailable => Code::Unavailable,
        _ => Code::Internal,
    }
}
