//! The issuer that a token claims, read before anything about the token is known to be true.

use std::borrow::Cow;

use super::Trust;
use crate::denied::{Denied, DeniedKind};
use crate::token::base64url;
use crate::token::json::{Malformed, Reader};
use crate::verify::rules;
use crate::verify::verifier::Verifier;

/// Longer payloads go to the heap.
const PAYLOAD: usize = 2048;

/// The verifier of the issuer that a token claims.
pub(super) fn verifier<T: Trust + ?Sized>(trust: &T, token: &[u8]) -> Result<Verifier, Denied> {
    rules::c2_size(token, trust.max_token_bytes())?;
    let mut stack = [0; PAYLOAD];
    let mut heap = Vec::new();
    let payload = rules::s1_compact(token)
        .and_then(|compact| {
            base64url::decode_within(compact.payload, &mut stack, &mut heap).map_err(|_| DeniedKind::MalformedToken)
        })
        .map_err(|refused| rules::c1_or(token, refused))?;
    let payload = std::str::from_utf8(payload).map_err(|_| DeniedKind::MalformedClaims)?;
    trust.verifier(&issuer(payload)?)
}

/// The first `iss`. Whatever comes behind it is for the verifier to judge, a second one included.
fn issuer(payload: &str) -> Result<Cow<'_, str>, DeniedKind> {
    let mut issuer = None;
    let read = Reader::new(payload).object(|json, name| {
        if name != "iss" {
            return json.skip();
        }
        issuer = Some(json.string()?);
        Err(Malformed) // enough
    });
    match issuer {
        Some(issuer) => Ok(issuer),
        None if read.is_ok() => Err(DeniedKind::MissingClaim),
        None => Err(DeniedKind::MalformedClaims),
    }
}
