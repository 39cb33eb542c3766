//! The refusal table: what a class comes to on the wire.

use http::StatusCode;
use portcullis_core::DeniedClass;

pub(super) const fn http_status(class: DeniedClass) -> StatusCode {
    match class {
        DeniedClass::NoCredential | DeniedClass::InvalidToken | DeniedClass::TooOld => StatusCode::UNAUTHORIZED,
        DeniedClass::InvalidRequest => StatusCode::BAD_REQUEST,
        DeniedClass::InsufficientScope | DeniedClass::Forbidden => StatusCode::FORBIDDEN,
        DeniedClass::NotFound => StatusCode::NOT_FOUND,
        DeniedClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub(super) const fn grpc_status(class: DeniedClass) -> &'static str {
    match class {
        DeniedClass::NoCredential | DeniedClass::InvalidRequest | DeniedClass::InvalidToken | DeniedClass::TooOld => {
            "16"
        }
        DeniedClass::InsufficientScope | DeniedClass::Forbidden => "7",
        DeniedClass::NotFound => "12",
        DeniedClass::Unavailable => "14",
        _ => "13",
    }
}
