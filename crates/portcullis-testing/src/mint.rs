//! Tokens to order.

use serde_json::{Map, Value, json};

use crate::TestIssuer;

/// A token in the making: good unless changed.
///
/// ```
/// use portcullis_testing::TestIssuer;
///
/// let issuer = TestIssuer::new();
/// let token = issuer.mint().subject("alice").scope("orders:read").claim("tenant", "acme").expires_in(60).sign();
/// assert_eq!(token.split('.').count(), 3);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a token is made by `sign`"]
pub struct Mint<'i> {
    issuer: &'i TestIssuer,
    now: u64,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl<'i> Mint<'i> {
    pub(crate) fn new(issuer: &'i TestIssuer, now: u64) -> Self {
        let header = json!({ "typ": "at+jwt", "alg": issuer.key().algorithm().as_str() });
        let claims = json!({
            "iss": issuer.issuer(),
            "aud": issuer.audience(),
            "sub": "test-subject",
            "client_id": "test-client",
            "jti": "test-token",
            "iat": now,
            "exp": now + 300,
        });
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mint = Self { issuer, now, header: members(header), claims: members(claims) };
        match issuer.key().kid() {
            Some(kid) => mint.header("kid", kid),
            None => mint,
        }
    }

    /// `scope`: a list separated by spaces.
    pub fn scope(self, scopes: &str) -> Self {
        self.claim("scope", scopes)
    }

    /// `sub`.
    pub fn subject(self, subject: &str) -> Self {
        self.claim("sub", subject)
    }

    /// `aud`, instead of that of the issuer.
    pub fn audience(self, audience: &str) -> Self {
        self.claim("aud", audience)
    }

    /// `exp`, so many seconds from now; negative for the past.
    pub fn expires_in(self, seconds: i64) -> Self {
        let exp = self.now.saturating_add_signed(seconds);
        self.claim("exp", exp)
    }

    /// `iat`, so many seconds ago; negative for the future.
    pub fn issued_ago(self, seconds: i64) -> Self {
        let iat = self.now.saturating_add_signed(seconds.saturating_neg());
        self.claim("iat", iat)
    }

    /// Any claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a claim out.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Any header member.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a header member out.
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// The token.
    pub fn sign(self) -> String {
        let (header, claims) = (self.header_json(), self.claims_json());
        self.sign_raw(&header, &claims)
    }

    /// The header as JSON, for a test that wants to spoil it.
    pub fn header_json(&self) -> String {
        Value::Object(self.header.clone()).to_string()
    }

    /// The claims as JSON, for a test that wants to spoil them.
    pub fn claims_json(&self) -> String {
        Value::Object(self.claims.clone()).to_string()
    }

    /// Signs a header and claims as they stand, instead of those put together here.
    pub fn sign_raw(&self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        self.issuer.key().sign_parts(header, claims).expect("a signature")
    }
}
