//! Rule T1: the payload as JSON, and the shape of what has one of its own.

use portcullis_core::DeniedKind;

use super::{BadToken, good, token};
use crate::TestIssuer;

pub(super) fn tokens(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::MalformedClaims;
    let good = good(issuer);
    let (header, claims) = (good.header_json(), good.claims_json());
    let raw = |claims: &[u8]| good.sign_raw(&header, claims);
    let first = |member: &str| raw(claims.replacen('{', &format!("{{{member},"), 1).as_bytes());
    let invalid_utf8 = [claims.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
    let details = |details: &str| first(&format!("\"authorization_details\":{details}"));
    let deep = format!("\"x\":{}{}", "[".repeat(3000), "]".repeat(3000));
    vec![
        token("a payload that is no object", "T1", MalformedClaims, raw(b"[]")),
        token("a payload with something behind", "T1", MalformedClaims, raw(format!("{claims}{{}}").as_bytes())),
        token("a payload with a byte order mark", "T1", MalformedClaims, raw(format!("\u{feff}{claims}").as_bytes())),
        token("bytes that are no UTF-8 in a claim nobody reads", "T1", MalformedClaims, raw(&invalid_utf8)),
        token("a duplicate claim", "T1", MalformedClaims, first(r#""aud":"https://other.test""#)),
        token("a duplicate claim in another spelling", "T1", MalformedClaims, first(r#""\u0065xp":99999999999"#)),
        token("a duplicate claim nobody reads", "T1", MalformedClaims, first(r#""x":1,"x":2"#)),
        token("a duplicate member within a claim", "T1", MalformedClaims, first(r#""act":{"sub":"a","sub":"b"}"#)),
        token("3,000 arrays within each other", "T1", MalformedClaims, first(&deep)),
        token("a session that is no text", "T1", MalformedClaims, first(r#""sid":1"#)),
        token("authorization details that are one object", "T1", MalformedClaims, details(r#"{"type":"payment"}"#)),
        token("an authorization detail that is null", "T1", MalformedClaims, details("[null]")),
        token("an authorization detail whose type is a number", "T1", MalformedClaims, details(r#"[{"type":1}]"#)),
        token("an authorization detail without a type", "T1", MalformedClaims, details(r#"[{"actions":["pay"]}]"#)),
        token(
            "an authorization detail with a duplicate member",
            "T1",
            MalformedClaims,
            details(r#"[{"type":"payment","limit":1,"limit":1000000}]"#),
        ),
        token("a lone surrogate", "T1", MalformedClaims, first(r#""x":"\ud800""#)),
    ]
}
