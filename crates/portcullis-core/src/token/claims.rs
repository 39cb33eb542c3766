//! The registered claims (RFC 7519 §4.1, RFC 9068 §2.2, RFC 9396 §9.1), borrowed from the payload.

use std::borrow::Cow;

use super::details::check_details;
use super::json::{Malformed, Reader};
use super::seen::{Seen, once};
use crate::scope::is_scope_token;
use crate::time::Timestamp;

/// The registered claims as they stand. Shapes are checked here; values are for the rules.
#[derive(Default)]
pub(crate) struct RegisteredClaims<'a> {
    pub(crate) iss: Option<Cow<'a, str>>,
    /// Whether one of the expected audiences is named; `None` without the claim.
    pub(crate) aud: Option<bool>,
    pub(crate) exp: Option<Timestamp>,
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) iat: Option<Timestamp>,
    pub(crate) sub: Option<Cow<'a, str>>,
    pub(crate) jti: Option<Cow<'a, str>>,
    pub(crate) sid: Option<Cow<'a, str>>,
    pub(crate) client_id: Option<Cow<'a, str>>,
    /// `scope`, as a list separated by spaces. A value that is not a string holds no scope.
    pub(crate) scope: Option<Cow<'a, str>>,
    /// `scp`, likewise; here an array of strings is a list too.
    pub(crate) scp: Option<Cow<'a, str>>,
    /// `authorization_details`, as it stands.
    pub(crate) authorization_details: Option<&'a str>,
    /// A confirmation (RFC 7800) is there, whatever it says.
    pub(crate) cnf: bool,
}

impl<'a> RegisteredClaims<'a> {
    /// An error for anything but one JSON object without duplicate members, its registered members of the right shape.
    pub(crate) fn parse(payload: &'a str, audiences: &[Box<str>]) -> Result<Self, Malformed> {
        let mut claims = Self::default();
        let mut seen = Seen::default();
        let mut json = Reader::new(payload);
        json.object(|json, name| match &*name {
            "iss" => once(&mut claims.iss, json.string()?),
            "aud" => once(&mut claims.aud, names_us(json, audiences)?),
            "exp" => once(&mut claims.exp, numeric_date(json)?),
            "nbf" => once(&mut claims.nbf, numeric_date(json)?),
            "iat" => once(&mut claims.iat, numeric_date(json)?),
            "sub" => once(&mut claims.sub, json.string()?),
            "jti" => once(&mut claims.jti, json.string()?),
            "sid" => once(&mut claims.sid, json.string()?),
            "client_id" => once(&mut claims.client_id, json.string()?),
            "scope" => once(&mut claims.scope, scope_text(json)?),
            "scp" => once(&mut claims.scp, scope_list(json)?),
            "authorization_details" => once(&mut claims.authorization_details, json.raw(check_details)?),
            other => {
                seen.note(other)?;
                claims.cnf |= other == "cnf";
                json.skip()
            }
        })?;
        json.end()?;
        Ok(claims)
    }
}

/// A string or an array of strings; true when an expected one is among them.
fn names_us(json: &mut Reader<'_>, audiences: &[Box<str>]) -> Result<bool, Malformed> {
    let expected = |audience: Cow<'_, str>| audiences.iter().any(|expected| **expected == *audience);
    if json.peek() == Some(b'"') {
        return json.string().map(expected);
    }
    let mut found = false;
    json.array(|json| {
        found |= expected(json.string()?);
        Ok(())
    })?;
    Ok(found)
}

/// A finite, non-negative number of seconds since the epoch, fractions included (RFC 7519 §2).
fn numeric_date(json: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let number = json.number()?;
    match number.parse::<u64>() {
        Ok(seconds) => Ok(Timestamp::from_secs(seconds)),
        Err(_) => number.parse().ok().and_then(Timestamp::from_secs_f64).ok_or(Malformed),
    }
}

/// A list of scopes as a string separated by spaces (RFC 6749 §3.3). Anything else holds no scope.
fn scope_text<'a>(json: &mut Reader<'a>) -> Result<Cow<'a, str>, Malformed> {
    if json.peek() == Some(b'"') { json.string() } else { json.skip().map(|()| Cow::Borrowed("")) }
}

/// As [`scope_text`], or an array of strings. Entries of an array that are no scope are left out, so that one with a space
/// in it is not taken for two.
pub(crate) fn scope_list<'a>(json: &mut Reader<'a>) -> Result<Cow<'a, str>, Malformed> {
    if json.peek() != Some(b'[') {
        return scope_text(json);
    }
    let mut list = String::new();
    json.array(|json| {
        let scope = scope_text(json)?;
        if is_scope_token(scope.as_bytes()) {
            if !list.is_empty() {
                list.push(' ');
            }
            list.push_str(&scope);
        }
        Ok(())
    })?;
    Ok(Cow::Owned(list))
}
