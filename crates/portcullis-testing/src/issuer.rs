//! A test issuer.

use std::fmt;
use std::sync::Arc;

use portcullis_core::{Algorithm, Clock, KeySet, SigningKey, StaticKeys, SystemClock};
use serde_json::json;

use crate::mint::Mint;

/// An issuer for tests: `https://id.test`, for the audience `https://api.test`, unless told otherwise. Cheap to clone.
///
/// It signs with ES256 and a key of its own; [`signing_with`](Self::signing_with) takes another algorithm.
#[derive(Clone)]
pub struct TestIssuer {
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
    key: Arc<SigningKey>,
}

/// Obviously fake: it is in a public repository. Making an RSA key takes too long for a test.
const FAKE_RSA_KEY: &str = include_str!("../keys/fake-rsa.pem");

impl Default for TestIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl TestIssuer {
    /// With a new ES256 key.
    pub fn new() -> Self {
        Self::signing_with(Algorithm::ES256)
    }

    /// With a key for this algorithm. RSA keys are a fixed fake; secrets are `[7; 64]`; the others are new.
    pub fn signing_with(algorithm: Algorithm) -> Self {
        let name = algorithm.as_str();
        let key = match name.get(..2) {
            Some("RS" | "PS") => SigningKey::from_pem(algorithm, FAKE_RSA_KEY),
            Some("HS") => SigningKey::from_secret(algorithm, [7; 64]),
            _ => SigningKey::generate(algorithm),
        };
        Self::with_key(key.expect("a test key").with_kid(format!("test-{}", name.to_ascii_lowercase())))
    }

    /// With a key of yours.
    pub fn with_key(key: SigningKey) -> Self {
        Self {
            issuer: "https://id.test".to_owned(),
            audience: "https://api.test".to_owned(),
            clock: Arc::new(SystemClock),
            key: Arc::new(key),
        }
    }

    /// With another name and audience.
    #[must_use]
    pub fn named(mut self, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self.audience = audience.into();
        self
    }

    /// Dates tokens by another clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `aud` of its tokens.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The key that it signs with.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The keys that verify its tokens.
    pub fn keys(&self) -> StaticKeys {
        KeySet::from_keys([self.key.verifying_key().expect("a test key")]).expect("one key").into()
    }

    /// The same as a JWKS document, as a provider would publish it. Empty for a shared secret.
    pub fn jwks(&self) -> String {
        json!({ "keys": self.key.to_public_jwk().into_iter().collect::<Vec<_>>() }).to_string()
    }

    /// A good token for these scopes, separated by spaces, for five minutes.
    pub fn token(&self, scopes: &str) -> String {
        self.mint().scope(scopes).sign()
    }

    /// Starts a good token whose claims can be changed.
    pub fn mint(&self) -> Mint<'_> {
        let now = self.clock.now().expect("a clock that can tell the time").as_secs();
        Mint::new(self, now)
    }
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
