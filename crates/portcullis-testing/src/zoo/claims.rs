//! Rules T2 to T11: the claims.

use portcullis_core::DeniedKind;
use serde_json::json;

use super::{BadToken, Under, good, token};
use crate::TestIssuer;

pub(super) fn tokens(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{
        Expired, IssuedInFuture, LifetimeTooLong, MalformedClaims, MissingClaim, NotYetValid, SenderConstrained,
        TooOld, WrongAudience, WrongIssuer,
    };
    let good = good(issuer);
    let with = |name, value: serde_json::Value| good.clone().claim(name, value).sign();
    let without = |name| good.clone().without(name).sign();
    let header = good.header_json();
    let endless = good.claims_json().replacen("\"exp\":", "\"exp\":1e400,\"was\":", 1);
    vec![
        token("no issuer", "T2", MissingClaim, without("iss")),
        token("another issuer", "T2", WrongIssuer, with("iss", json!("https://other.test"))),
        token("the issuer with a slash", "T2", WrongIssuer, with("iss", json!(format!("{}/", issuer.issuer())))),
        token("a list of issuers", "T2", MalformedClaims, with("iss", json!([issuer.issuer()]))),
        token("no audience", "T3", MissingClaim, without("aud")),
        token("another audience", "T3", WrongAudience, with("aud", json!("https://other.test"))),
        token("an empty list of audiences", "T3", WrongAudience, with("aud", json!([]))),
        token("a longer audience", "T3", WrongAudience, with("aud", json!(format!("{}/v2", issuer.audience())))),
        token(
            "a list with something else among the audiences",
            "T3",
            MalformedClaims,
            with("aud", json!([issuer.audience(), 5])),
        ),
        token("no exp", "T4", MissingClaim, without("exp")),
        token("expired", "T4", Expired, good.clone().issued_ago(600).expires_in(-60).sign()),
        token("exp as a text", "T4", MalformedClaims, with("exp", json!("9999999999"))),
        token("a negative exp", "T4", MalformedClaims, with("exp", json!(-1))),
        token("an exp that is not finite", "T4", MalformedClaims, good.sign_raw(header, endless)),
        token("not valid yet", "T5", NotYetValid, with("nbf", json!(9_999_999_999_u64))),
        token("nbf as a text", "T5", MalformedClaims, with("nbf", json!("0"))),
        token("no iat", "T6", MissingClaim, without("iat")),
        token("issued in the future", "T6", IssuedInFuture, good.clone().issued_ago(-120).expires_in(300).sign()),
        token(
            "expiring before it was issued",
            "T6",
            MalformedClaims,
            good.clone().issued_ago(-20).expires_in(10).sign(),
        ),
        token("living for ten years", "T6", LifetimeTooLong, good.clone().expires_in(315_360_000).sign()),
        token("issued five minutes ago", "T7", TooOld, good.clone().issued_ago(290).sign()).under_rule(Under::MaxAge60),
        token(
            "bound to a DPoP key",
            "T8",
            SenderConstrained,
            with("cnf", json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" })),
        ),
        token("an empty confirmation", "T8", SenderConstrained, with("cnf", json!({}))),
        token("no subject", "T9", MissingClaim, without("sub")).under_rule(Under::Rfc9068),
        token("no client", "T9", MissingClaim, without("client_id")).under_rule(Under::Rfc9068),
        token("no token id", "T9", MissingClaim, without("jti")).under_rule(Under::Rfc9068),
        token("a subject that is a number", "T9", MalformedClaims, with("sub", json!(7))),
        token("expired for longer than the leeway", "T10", Expired, good.clone().issued_ago(60).expires_in(-31).sign()),
        token("no scope", "T11", DeniedKind::InsufficientScope, without("scope")),
        token(
            "a scope that only begins alike",
            "T11",
            DeniedKind::InsufficientScope,
            with("scope", json!("orders:readonly orders:rea")),
        ),
        token("a scope in another case", "T11", DeniedKind::InsufficientScope, with("scope", json!("Orders:Read"))),
        token(
            "scopes separated by a tab",
            "T11",
            DeniedKind::InsufficientScope,
            with("scope", json!("x\torders:read")),
        ),
        token(
            "a list where scope is a text",
            "T11",
            DeniedKind::InsufficientScope,
            with("scope", json!(["orders:read"])),
        ),
        token(
            "two scopes in one entry of a list",
            "T11",
            DeniedKind::InsufficientScope,
            good.clone().without("scope").claim("scp", json!(["x orders:read"])).sign(),
        ),
    ]
}
