//! One named bad token for every rule.

use portcullis_core::{Algorithm, DeniedKind, SigningKey};
use serde_json::json;

use crate::{Mint, TestIssuer};

/// What an authority has to be told for a bad token to be bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Under {
    /// Nothing: the defaults.
    Defaults,
    /// [`Rules::rfc9068_profile`](portcullis_core::Rules::rfc9068_profile).
    Rfc9068,
    /// A `max_age` of 60 seconds.
    MaxAge60,
}

/// A bad token, and what it has to come to.
#[derive(Clone, Debug)]
pub struct BadToken {
    name: &'static str,
    rule: &'static str,
    kind: DeniedKind,
    under: Under,
    fields: Vec<Vec<u8>>,
}

impl BadToken {
    /// What is bad about it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The rule that it breaks, as numbered in DESIGN.md.
    pub const fn rule(&self) -> &'static str {
        self.rule
    }

    /// What it has to be refused for.
    pub const fn kind(&self) -> DeniedKind {
        self.kind
    }

    /// What the authority has to be told.
    pub const fn under(&self) -> Under {
        self.under
    }

    /// The values of the `Authorization` fields to send: one, unless the number is what is bad.
    pub fn authorization(&self) -> &[Vec<u8>] {
        &self.fields
    }

    const fn under_rule(mut self, under: Under) -> Self {
        self.under = under;
        self
    }
}

/// The zoo: bad tokens of an issuer whose tokens are otherwise good, each bad in one respect.
///
/// The issuer has to sign with an asymmetric key.
pub fn zoo(issuer: &TestIssuer) -> Vec<BadToken> {
    let all = [credentials(issuer), headers(issuer), signatures(issuer), payloads(issuer), claims(issuer)].concat();
    // A signature of 96 bytes fills its 128 characters: there are no bits to spare.
    let no_stray_bits = issuer.key().algorithm() == Algorithm::ES384;
    all.into_iter().filter(|bad| !(no_stray_bits && bad.name == "a signature with stray bits")).collect()
}

/// A good token with the scope that the examples ask for first.
fn good(issuer: &TestIssuer) -> Mint<'_> {
    issuer.mint().scope("orders:read")
}

fn fields(name: &'static str, rule: &'static str, kind: DeniedKind, fields: &[&[u8]]) -> BadToken {
    let fields = fields.iter().map(|field| field.to_vec()).collect();
    BadToken { name, rule, kind, under: Under::Defaults, fields }
}

fn token(name: &'static str, rule: &'static str, kind: DeniedKind, token: impl AsRef<str>) -> BadToken {
    fields(name, rule, kind, &[format!("Bearer {}", token.as_ref()).as_bytes()])
}

fn credentials(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{CredentialTooLarge, MalformedCredential, MissingCredential, MultipleCredentials};
    let good = good(issuer).sign();
    let with = |prefix: &str, suffix: &str| format!("{prefix}{good}{suffix}").into_bytes();
    let bearer = with("Bearer ", "");
    vec![
        fields("no credential", "C1", MissingCredential, &[]),
        fields("another scheme", "C1", MissingCredential, &[b"Basic dXNlcjpwYXNz"]),
        fields("a scheme that begins alike", "C1", MissingCredential, &[&with("Bearerish ", "")]),
        fields("a DPoP credential", "C1", MissingCredential, &[&with("DPoP ", "")]),
        fields("the scheme alone", "C1", MalformedCredential, &[b"Bearer"]),
        fields("an empty token", "C1", MalformedCredential, &[b"Bearer "]),
        fields("two spaces", "C1", MalformedCredential, &[&with("Bearer  ", "")]),
        fields("a tab for a space", "C1", MalformedCredential, &[&with("Bearer\t", "")]),
        fields("text behind the token", "C1", MalformedCredential, &[&with("Bearer ", " b")]),
        fields(
            "two tokens joined by a comma",
            "C1",
            MalformedCredential,
            &[&[&bearer[..], b",", &bearer[..]].concat()],
        ),
        fields("bytes outside ASCII", "C1", MalformedCredential, &[&[&bearer[..], b"\xff"].concat()]),
        fields("a quoted token", "C1", MalformedCredential, &[&with("Bearer \"", "\"")]),
        fields("two fields", "C1", MultipleCredentials, &[&bearer, &bearer]),
        fields("two fields, one of another scheme", "C1", MultipleCredentials, &[b"Basic dXNlcjpwYXNz", &bearer]),
        fields("17 KiB", "C2", CredentialTooLarge, &[&[b"Bearer ".as_slice(), &[b'a'; 17 * 1024]].concat()]),
    ]
}

fn headers(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{AlgorithmNotAllowed, MalformedToken, UnacceptableHeader, WrongType};
    let good = good(issuer);
    let (header, claims) = (good.header_json(), good.claims_json());
    let raw = |header: &str| good.sign_raw(header, &claims);
    let doubled = header.replacen('{', r#"{"alg":"none","#, 1);
    let escaped = header.replacen('{', r#"{"\u0061lg":"none","#, 1);
    let token_without = |at: usize| {
        let signed = good.clone().sign();
        let mut parts: Vec<&str> = signed.split('.').collect();
        parts.remove(at);
        parts.join(".")
    };
    let with = |name, value: serde_json::Value| good.clone().header(name, value).sign();
    vec![
        token("two segments", "S1", MalformedToken, token_without(2)),
        token("four segments", "S1", MalformedToken, format!("{}.AA", good.clone().sign())),
        token(
            "five segments, as encrypted tokens have",
            "S1",
            MalformedToken,
            format!("{}.AA.AA", good.clone().sign()),
        ),
        token("an empty header", "S1", MalformedToken, format!(".{}", token_without(0))),
        token("padding", "S1", MalformedToken, format!("{}=", good.clone().sign())),
        token("a signature with stray bits", "S1", MalformedToken, alias(&good.clone().sign())),
        token("a header that is no object", "S2", UnacceptableHeader, raw("[]")),
        token("a header with something behind", "S2", UnacceptableHeader, raw(&format!("{header} x"))),
        token("a byte order mark", "S2", UnacceptableHeader, raw(&format!("\u{feff}{header}"))),
        token("a duplicate member in the header", "S2", UnacceptableHeader, raw(&doubled)),
        token("a duplicate member in another spelling", "S2", UnacceptableHeader, raw(&escaped)),
        token("crit", "S2", UnacceptableHeader, with("crit", json!(["exp"]))),
        token("an empty crit", "S2", UnacceptableHeader, with("crit", json!([]))),
        token("b64", "S2", UnacceptableHeader, with("b64", json!(false))),
        token("zip", "S2", UnacceptableHeader, with("zip", json!("DEF"))),
        token("enc", "S2", UnacceptableHeader, with("enc", json!("A256GCM"))),
        token("a nested token", "S2", UnacceptableHeader, with("cty", json!("JWT"))),
        token("a kid that is a number", "S2", UnacceptableHeader, with("kid", json!(7))),
        token("a DPoP proof", "S2", WrongType, with("typ", json!("dpop+jwt"))),
        token("a logout token", "S2", WrongType, with("typ", json!("logout+jwt"))),
        token("an ID token where access tokens are typed", "S2", WrongType, with("typ", json!("JWT")))
            .under_rule(Under::Rfc9068),
        token("no alg", "S3", AlgorithmNotAllowed, good.clone().without_header("alg").sign()),
        token("alg none", "S3", AlgorithmNotAllowed, with("alg", json!("none"))),
        token("alg nOnE", "S3", AlgorithmNotAllowed, with("alg", json!("nOnE"))),
        token(
            "an algorithm in lower case",
            "S3",
            AlgorithmNotAllowed,
            with("alg", json!(issuer.key().algorithm().as_str().to_lowercase())),
        ),
        token("an algorithm that is not listed", "S3", AlgorithmNotAllowed, with("alg", json!("RS512"))),
        token("another algorithm than the key's", "S3", AlgorithmNotAllowed, with("alg", json!(other_than(issuer)))),
        token("the public key as a shared secret", "S3", AlgorithmNotAllowed, confused(issuer, &good)),
    ]
}

fn signatures(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{BadSignature, UnknownKey};
    let good = good(issuer);
    let signed = good.clone().sign();
    let (input, signature) = signed.rsplit_once('.').unwrap_or_default();
    let tampered = {
        let other = good.clone().scope("orders:read orders:write admin:read").sign();
        let payload = other.split('.').nth(1).unwrap_or_default().to_owned();
        let header = input.split('.').next().unwrap_or_default();
        format!("{header}.{payload}.{signature}")
    };
    let stranger = SigningKey::generate(Algorithm::EdDSA).expect("a test key");
    let embedded = good.clone().header("jwk", stranger.to_public_jwk().unwrap_or_default());
    let embedded = stranger.sign_parts(embedded.header_json(), embedded.claims_json()).expect("a signature");
    let zeros = "A".repeat(signature.len());
    vec![
        token("an unknown kid", "S4", UnknownKey, good.clone().header("kid", "nobody").sign()),
        token("a kid that is a path", "S4", UnknownKey, good.clone().header("kid", "../../dev/null").sign()),
        token("a signature of another length", "S5", BadSignature, format!("{input}.AAAA")),
        token("a tampered payload", "S6", BadSignature, tampered),
        token("a signature of zeros", "S6", BadSignature, format!("{input}.{zeros}")),
        token("the signature of another key, which is embedded", "S6", BadSignature, embedded),
    ]
}

fn payloads(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::MalformedClaims;
    let good = good(issuer);
    let (header, claims) = (good.header_json(), good.claims_json());
    let raw = |claims: &[u8]| good.sign_raw(&header, claims);
    let first = |member: &str| raw(claims.replacen('{', &format!("{{{member},"), 1).as_bytes());
    let invalid_utf8 = [claims.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
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
        token("a lone surrogate", "T1", MalformedClaims, first(r#""x":"\ud800""#)),
    ]
}

fn claims(issuer: &TestIssuer) -> Vec<BadToken> {
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

/// The same value in another spelling: the last character of a segment has bits to spare.
fn alias(token: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let Some((last, rest)) = token.as_bytes().split_last() else { return String::new() };
    let at = ALPHABET.iter().position(|letter| letter == last).unwrap_or_default();
    let next = ALPHABET.get(at ^ 1).copied().unwrap_or(b'A');
    String::from_utf8_lossy(&[rest, &[next]].concat()).into_owned()
}

/// An algorithm of the default list that is not that of the issuer's key.
fn other_than(issuer: &TestIssuer) -> &'static str {
    if issuer.key().algorithm() == Algorithm::ES384 { "ES256" } else { "ES384" }
}

/// HS256, keyed with what everybody knows: the public key.
fn confused(issuer: &TestIssuer, good: &Mint<'_>) -> String {
    let mut public = issuer.jwks().into_bytes();
    public.resize(public.len().max(32), 0);
    let key = SigningKey::from_secret(Algorithm::HS256, public).expect("a test key");
    let forged = good.clone().header("alg", "HS256");
    key.sign_parts(forged.header_json(), forged.claims_json()).expect("a signature")
}
