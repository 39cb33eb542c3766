//! The checks of an answer: what opens more than was asked for is not used.

use std::time::Duration;

use portcullis_core::{ScopeSet, Timestamp};

use super::answer::TokenAnswer;
use super::jwt::Claims;
use super::request::ACCESS_TOKEN;
use crate::cache::Key;
use crate::error::{ExchangeError, ExchangeErrorKind};
use crate::token::DownscopedToken;

const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
/// The longest token, in bytes: more than any server of this world takes in a header.
const LONGEST: usize = 16 * 1024;

/// How long a token may live, and is kept.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) max_lifetime: Duration,
    pub(super) margin: Duration,
    /// Whether it may outlive the token of the caller.
    pub(super) longer_life: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let (max_lifetime, margin) = (Duration::from_secs(60 * 60), Duration::from_secs(30));
        Self { max_lifetime, margin, longer_life: false }
    }
}

/// A token that was found good.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) token: DownscopedToken,
    /// Until when it may be used again; `None` when nobody said how long it lives.
    pub(super) fresh_until: Option<Timestamp>,
}

pub(super) fn check(
    answer: &TokenAnswer,
    key: &Key,
    limits: &Limits,
    asked_at: Timestamp,
    now: Timestamp,
) -> Result<Granted, ExchangeError> {
    if !answer.token_type.eq_ignore_ascii_case("Bearer") || ![ACCESS_TOKEN, JWT].contains(&&*answer.issued_token_type) {
        return Err(ExchangeErrorKind::WrongTokenType.into());
    }
    if answer.access_token.len() > LONGEST {
        return Err(ExchangeErrorKind::Malformed.into());
    }
    if answer.access_token == key.subject.as_str() {
        return Err(wider("it is the token of the caller"));
    }
    let mut scopes = key.asked.scopes().clone();
    if let Some(scope) = &answer.scope {
        narrow(&mut scopes, ScopeSet::parse(scope).ok(), key)?;
    }
    // What cannot be read of the caller's token is the server's to judge.
    let subject_ends = Claims::of(key.subject.as_str()).ok().flatten().and_then(|claims| claims.expiry());
    let claims = Claims::of(&answer.access_token).map_err(|_| ExchangeErrorKind::Malformed)?;
    if let Some(claims) = &claims {
        check_claims(claims, &mut scopes, key, subject_ends.filter(|_| !limits.longer_life))?;
    }
    if answer.expires_in == Some(0) {
        return Err(ExchangeErrorKind::Expired.into());
    }
    let by_answer = answer.expires_in.map(|seconds| asked_at.saturating_add(Duration::from_secs(seconds)));
    let said = [by_answer, claims.and_then(|claims| claims.expiry())].into_iter().flatten().min();
    let expires_at = said.map(|end| subject_ends.map_or(end, |subject_ends| end.min(subject_ends)));
    if expires_at.is_some_and(|end| end <= now) {
        return Err(ExchangeErrorKind::Expired.into());
    }
    let fresh_until = expires_at.map(|end| {
        let end = end.min(asked_at.saturating_add(limits.max_lifetime));
        let life = end.saturating_since(asked_at);
        asked_at.saturating_add(life.saturating_sub(limits.margin.min(life / 5)))
    });
    let token = DownscopedToken::new(&answer.access_token, scopes, expires_at).ok_or(ExchangeErrorKind::Malformed)?;
    Ok(Granted { token, fresh_until })
}

fn check_claims(
    claims: &Claims,
    scopes: &mut ScopeSet,
    key: &Key,
    ends_by: Option<Timestamp>,
) -> Result<(), ExchangeError> {
    for words in [&claims.scope, &claims.scp].into_iter().flatten() {
        narrow(scopes, words.scopes(), key)?;
    }
    if !claims.aud.as_ref().is_some_and(|aud| aud.are(key.asked.callee())) {
        return Err(wider("its audience is not the callee alone"));
    }
    match (claims.expiry(), ends_by) {
        (None, Some(_)) => Err(wider("it does not expire, and the token of the caller does")),
        (Some(end), Some(ends_by)) if end > ends_by => Err(wider("it outlives the token of the caller")),
        _ => Ok(()),
    }
}

/// What was granted, as far as it was asked for: nothing else may have been.
fn narrow(scopes: &mut ScopeSet, granted: Option<ScopeSet>, key: &Key) -> Result<(), ExchangeError> {
    let granted = granted.ok_or(ExchangeErrorKind::Malformed)?;
    if !granted.is_subset(key.asked.scopes()) {
        return Err(wider("it has other scopes"));
    }
    *scopes = scopes.intersection(&granted);
    Ok(())
}

fn wider(how: &'static str) -> ExchangeError {
    ExchangeError::of(ExchangeErrorKind::WiderThanAsked, how)
}
