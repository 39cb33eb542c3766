//! Taking the token of the caller out of a request.

use http::Request;
use http::header::AUTHORIZATION;

use crate::error::{ExchangeError, ExchangeErrorKind};
use crate::subject_token::{InvalidSubjectToken, SubjectToken};

/// Takes the extension and the header out, whatever they are, and says which token they were.
pub(super) fn take<B>(request: &mut Request<B>) -> Result<SubjectToken, ExchangeError> {
    let extension = request.extensions_mut().remove::<SubjectToken>();
    let header = SubjectToken::from_headers(request.headers());
    request.headers_mut().remove(AUTHORIZATION);
    match (extension, header) {
        (Some(subject), Ok(same)) if subject == same => Ok(subject),
        (Some(_), Ok(_)) => Err(ExchangeErrorKind::SubjectTokensDiffer.into()),
        (Some(subject), Err(InvalidSubjectToken::Missing)) => Ok(subject),
        (None, Ok(subject)) => Ok(subject),
        (_, Err(invalid)) => Err(invalid.into()),
    }
}
