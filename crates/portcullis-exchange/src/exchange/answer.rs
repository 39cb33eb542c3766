//! The answer: a token (RFC 8693 §2.2.1), or an error of OAuth (RFC 6749 §5.2).

use http::StatusCode;
use portcullis_http::Answer;
use serde::Deserialize;

use crate::error::{ExchangeError, ExchangeErrorKind};

/// The longest, in bytes.
const LONGEST: usize = 64 * 1024;

/// What there is to check. A member that is there twice is an error of the reader.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    pub(super) issued_token_type: String,
    pub(super) token_type: String,
    pub(super) expires_in: Option<u64>,
    pub(super) scope: Option<String>,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
}

pub(super) async fn read(answer: Answer) -> Result<TokenAnswer, ExchangeError> {
    let status = answer.status();
    if status.is_client_error() && answer.is_json() {
        let text = answer.text(LONGEST).await?;
        return Err(serde_json::from_str::<ErrorAnswer>(&text)
            .map_or_else(|_| ExchangeError::status(status), |answer| refusal(&answer.error)));
    }
    if status != StatusCode::OK {
        return Err(ExchangeError::status(status));
    }
    if !answer.is_json() {
        return Err(ExchangeErrorKind::ContentType.into());
    }
    let text = answer.text(LONGEST).await?;
    serde_json::from_str(&text).map_err(|_| ExchangeErrorKind::Malformed.into())
}

fn refusal(code: &str) -> ExchangeError {
    use ExchangeErrorKind as Kind;
    match code {
        "invalid_request" => Kind::InvalidRequest,
        "invalid_client" => Kind::InvalidClient,
        "invalid_grant" => Kind::InvalidGrant,
        "unauthorized_client" => Kind::UnauthorizedClient,
        "unsupported_grant_type" => Kind::UnsupportedGrantType,
        "invalid_scope" => Kind::InvalidScope,
        "invalid_target" => Kind::InvalidTarget,
        // A code, and no more: anything else is a text of the server, and may hold what it was sent.
        code if code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
            return ExchangeError::of(Kind::Refused, code);
        }
        _ => Kind::Refused,
    }
    .into()
}
