//! The rules of verification, one function each. C is for the credential, S for the signature, T for the claims.
//!
//! Where there is no function: C3 (the header value is marked sensitive) needs a header and lives with the layers; S1's
//! compact form is [`Compact::split`]; the strict JSON of S2 and T1, and the shape of `authorization_details` (RFC 9396 §2) with it,
//! is the parser of [`Header`] and [`RegisteredClaims`].

use std::borrow::Cow;

use crate::claim::ClaimPath;
use crate::denied::{Denied, DeniedKind};
use crate::key::{Algorithm, Found, KeySet, VerifyingKey};
use crate::revocation::{Revocable, Standing};
use crate::time::Timestamp;
use crate::token::claims::RegisteredClaims;
use crate::token::compact::Compact;
use crate::token::header::Header;

use super::settings::{Limits, Rules};

type Verdict<T = ()> = Result<T, DeniedKind>;

/// C1 — the value of an `Authorization` field: the scheme `Bearer` in any case (RFC 9110 §11.1), one space, one
/// `token68` (RFC 6750 §2.1). `None` when it is of another scheme, which is no credential of ours (RFC 6750 §3.1).
///
/// That the token is a `token68` is judged when it is verified, wherever it came from.
///
/// # Errors
/// [`DeniedKind::MalformedCredential`] for the scheme `Bearer` with anything but a token behind it.
pub fn bearer_token(field: &[u8]) -> Result<Option<&[u8]>, DeniedKind> {
    let Some((scheme, rest)) = field.split_at_checked(b"Bearer".len()) else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Ok(None);
    }
    match rest {
        [b' ', token @ ..] if !token.is_empty() => Ok(Some(token)),
        // `Bearer` alone, or followed by a tab: ours, and malformed. `Bearerish` is another scheme.
        [] | [b' ' | b'\t', ..] => Err(DeniedKind::MalformedCredential),
        _ => Ok(None),
    }
}

/// C1 — `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 9110 §11.2).
pub(super) fn c1_token68(token: &[u8]) -> Verdict {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = token.get(..token.len() - padding).unwrap_or_default();
    // Folded without an early exit, so that it runs on many bytes at a time.
    let valid = body.iter().fold(true, |valid, byte| {
        valid & (byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
    });
    if valid && !body.is_empty() { Ok(()) } else { Err(DeniedKind::MalformedCredential) }
}

/// C1 — what is no token68 has no base64url segments either, so it fails one way or another: only then is it worth a look of
/// its own, to tell a malformed credential from a bad token.
pub(super) fn c1_or<E: From<DeniedKind>>(token: &[u8], refused: E) -> E {
    match c1_token68(token) {
        Ok(()) => refused,
        Err(malformed) => malformed.into(),
    }
}

/// C2 — a size cap before anything is decoded.
pub(super) fn c2_size(token: &[u8], max_token_bytes: usize) -> Verdict {
    if token.len() <= max_token_bytes { Ok(()) } else { Err(DeniedKind::CredentialTooLarge) }
}

/// S1 — compact form, three segments (RFC 7515 §7.1).
pub(super) fn s1_compact(token: &[u8]) -> Verdict<Compact<'_>> {
    Compact::split(token).ok_or(DeniedKind::MalformedToken)
}

/// S1 — no signature is longer than that of an RSA key of 8192 bits, encoded.
pub(super) fn s1_signature_length(token: &Compact<'_>) -> Verdict {
    if token.signature.len() <= 1366 { Ok(()) } else { Err(DeniedKind::MalformedToken) }
}

/// S2 — a JSON object without duplicate members, its registered members strings (RFC 7515 §4).
pub(super) fn s2_json(header: &[u8]) -> Verdict<Header<'_>> {
    let text = std::str::from_utf8(header).map_err(|_| DeniedKind::UnacceptableHeader)?;
    Header::parse(text).map_err(|_| DeniedKind::UnacceptableHeader)
}

/// S2 — nothing in the header changes what the token means: `crit` (RFC 7515 §4.1.11), `b64` (RFC 7797), `zip` and
/// `enc` (RFC 7516), a nested token (`cty: JWT`, RFC 7519 §5.2). `jku`, `jwk`, `x5u`, `x5c` are never read.
pub(super) fn s2_plain(header: &Header<'_>) -> Verdict {
    let nested = header.cty.as_deref().is_some_and(|cty| media_type(cty).eq_ignore_ascii_case("jwt"));
    if header.changes_meaning || nested { Err(DeniedKind::UnacceptableHeader) } else { Ok(()) }
}

/// S2 — `typ`, when present, says access token or JWT; `at+jwt` can be required (RFC 9068 §4, RFC 8725 §3.11).
pub(super) fn s2_type(header: &Header<'_>, rules: &Rules) -> Verdict {
    let access_token = |typ: &str| media_type(typ).eq_ignore_ascii_case("at+jwt");
    let accepted = match header.typ.as_deref() {
        Some(typ) => access_token(typ) || !rules.at_jwt_required && media_type(typ).eq_ignore_ascii_case("jwt"),
        None => !rules.at_jwt_required,
    };
    if accepted { Ok(()) } else { Err(DeniedKind::WrongType) }
}

/// A media type without the `application/` that may be left out (RFC 7515 §4.1.9), in any case.
fn media_type(value: &str) -> &str {
    const PREFIX: &str = "application/";
    match value.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => value,
    }
}

/// S3 — the algorithm is a known one, which `none` is not, and in the authority's list (RFC 8725 §3.1).
pub(super) fn s3_algorithm(header: &Header<'_>, rules: &Rules) -> Verdict<Algorithm> {
    let algorithm: Algorithm =
        header.alg.as_deref().and_then(|alg| alg.parse().ok()).ok_or(DeniedKind::AlgorithmNotAllowed)?;
    if rules.algorithms.contains(algorithm) { Ok(algorithm) } else { Err(DeniedKind::AlgorithmNotAllowed) }
}

/// S4 — with a `kid` only the key of that name, without one the only key that fits (RFC 7515 §4.1.4, RFC 7517 §4.5); and
/// S3 again: the header's algorithm is that of the key.
pub(super) fn s4_key<'k>(kid: Option<&str>, algorithm: Algorithm, keys: &'k KeySet) -> Verdict<&'k VerifyingKey> {
    match keys.find(kid, algorithm) {
        Found::Key(key) => Ok(key),
        Found::OtherAlgorithm => Err(DeniedKind::AlgorithmNotAllowed),
        Found::Ambiguous => Err(DeniedKind::AmbiguousKey),
        Found::Nothing => Err(DeniedKind::UnknownKey),
    }
}

/// S6 — the signature is verified, on every request (RFC 7515 §5.2). S5 — the key was found good when it was prepared
/// (RFC 7518 §3.3, RFC 8725 §3.4), and an ECDSA signature has its fixed length (RFC 7518 §3.4).
pub(super) fn s6_signature(token: &Compact<'_>, signature: &[u8], key: &VerifyingKey) -> Verdict {
    if key.verify(token.signing_input, signature) { Ok(()) } else { Err(DeniedKind::BadSignature) }
}

/// T1 — a JSON object without duplicate members on any level, its registered members of the right shape (RFC 7519 §4, §7.2).
pub(super) fn t1_json<'p>(payload: &'p str, audiences: &[Box<str>]) -> Verdict<RegisteredClaims<'p>> {
    RegisteredClaims::parse(payload, audiences).map_err(|_| DeniedKind::MalformedClaims)
}

/// T2 — `iss` is there and equal to the byte (RFC 9068 §4).
pub(super) fn t2_issuer(claims: &RegisteredClaims<'_>, issuer: &str) -> Verdict {
    match &claims.iss {
        Some(iss) if **iss == *issuer => Ok(()),
        Some(_) => Err(DeniedKind::WrongIssuer),
        None => Err(DeniedKind::MissingClaim),
    }
}

/// T3 — `aud` is there and names us (RFC 9068 §4, RFC 8707 §2).
pub(super) fn t3_audience(claims: &RegisteredClaims<'_>) -> Verdict {
    match claims.aud {
        Some(true) => Ok(()),
        Some(false) => Err(DeniedKind::WrongAudience),
        None => Err(DeniedKind::MissingClaim),
    }
}

/// T4 and T6 — `exp` and `iat` are there (RFC 9068 §2.2), in this order of time.
pub(super) fn t4_t6_dates(claims: &RegisteredClaims<'_>) -> Verdict<(Timestamp, Timestamp)> {
    match (claims.exp, claims.iat) {
        (Some(exp), Some(iat)) if iat < exp => Ok((exp, iat)),
        (Some(_), Some(_)) => Err(DeniedKind::MalformedClaims),
        _ => Err(DeniedKind::MissingClaim),
    }
}

/// T4 — over at `exp` plus leeway, not after it (RFC 7519 §4.1.4: "on or after").
pub(super) fn t4_expiry(exp: Timestamp, now: Timestamp, rules: &Rules) -> Verdict {
    if now < exp.saturating_add(rules.leeway) { Ok(()) } else { Err(DeniedKind::Expired) }
}

/// T5 — `nbf`, when there, has passed (RFC 7519 §4.1.5). T10 — the leeway is applied once.
pub(super) fn t5_not_before(nbf: Option<Timestamp>, now: Timestamp, rules: &Rules) -> Verdict {
    let begun = nbf.is_none_or(|nbf| now.saturating_add(rules.leeway) >= nbf);
    if begun { Ok(()) } else { Err(DeniedKind::NotYetValid) }
}

/// T6 — `iat` is not in the future (RFC 7519 §4.1.6), and the token lives no longer than allowed; leeway is never
/// added to a lifetime.
pub(super) fn t6_lifetime(exp: Timestamp, iat: Timestamp, now: Timestamp, rules: &Rules, limits: &Limits) -> Verdict {
    if iat > now.saturating_add(rules.leeway) {
        return Err(DeniedKind::IssuedInFuture);
    }
    let lifetime = exp.saturating_since(iat);
    let within = |limit: Option<std::time::Duration>| limit.is_none_or(|limit| lifetime <= limit);
    if within(rules.max_lifetime) && within(limits.max_lifetime) { Ok(()) } else { Err(DeniedKind::LifetimeTooLong) }
}

/// T7 — for an operation that asks for a recent token: `now − iat` (RFC 9470).
pub(super) fn t7_age(iat: Timestamp, now: Timestamp, limits: &Limits) -> Result<(), Denied> {
    match limits.max_age {
        Some(max_age) if now.saturating_since(iat) > max_age => Err(Denied::too_old(max_age)),
        _ => Ok(()),
    }
}

/// T8 — a token bound to a sender is no plain bearer token (RFC 7800 §3.1, RFC 9449 §7.2): no downgrade.
pub(super) fn t8_unbound(claims: &RegisteredClaims<'_>) -> Verdict {
    if claims.cnf { Err(DeniedKind::SenderConstrained) } else { Ok(()) }
}

/// T9 — the profile of RFC 9068 §2.2, when demanded; its `typ` is S2, its `iat` T6.
pub(super) fn t9_profile(claims: &RegisteredClaims<'_>, rules: &Rules) -> Verdict {
    let complete = claims.sub.is_some() && claims.client_id.is_some() && claims.jti.is_some();
    if complete || !rules.rfc9068_profile { Ok(()) } else { Err(DeniedKind::MissingClaim) }
}

/// T9 — claims that tell an access token from other tokens of the same issuer, where `typ` does not (RFC 8725 §3.12).
pub(super) fn t9_required(payload: &str, rules: &Rules) -> Verdict {
    let says = |(claim, value): &(ClaimPath, Box<str>)| claim.text(payload).is_some_and(|text| *text == **value);
    if rules.required_claims.iter().all(says) { Ok(()) } else { Err(DeniedKind::WrongType) }
}

/// T11 — the scopes: `scope` or, without it, `scp` (RFC 9068 §2.2.3), unless configured otherwise.
pub(super) fn t11_scopes<'p>(claims: &mut RegisteredClaims<'p>, payload: &'p str, rules: &Rules) -> Cow<'p, str> {
    match &rules.scopes_from {
        None => claims.scope.take().or_else(|| claims.scp.take()).unwrap_or_default(),
        Some(paths) => paths.iter().find_map(|path| path.scopes(payload)).unwrap_or_default(),
    }
}

/// T11 — the roles, where the rules say: they are in no registered claim.
pub(super) fn t11_roles(payload: &str, rules: &Rules) -> Box<[Box<str>]> {
    rules.roles_from.iter().find_map(|path| path.names(payload)).unwrap_or_default()
}

/// T13 — no two roles that exclude each other: separation of duty holds for the token too, however it was issued.
pub(super) fn t13_separate_duties(roles: &[Box<str>], rules: &Rules) -> Verdict {
    let Some(model) = &rules.access_model else { return Ok(()) };
    if model.conflict(roles).is_none() { Ok(()) } else { Err(DeniedKind::ConflictingRoles) }
}

/// T12 — nothing is known against it: asked last, and only where the service keeps a list.
pub(super) fn t12_standing<'t>(token: impl FnOnce() -> Revocable<'t>, rules: &Rules) -> Result<(), Denied> {
    let Some(revocations) = &rules.revocations else { return Ok(()) };
    match revocations.standing(&token()) {
        Standing::Good => Ok(()),
        Standing::Revoked => Err(DeniedKind::Revoked.into()),
        Standing::Unknown { retry_after } => Err(Denied::revocations_unavailable(retry_after)),
    }
}
