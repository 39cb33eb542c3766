//! What everyone may read: the keys, and where the endpoints are.

use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use http_body::Body;
use http_body_util::Full;
use portcullis_core::Algorithm;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, public};
use super::desk::Desk;
use crate::clients::GrantType;

/// How long a document may be kept, at most.
const KEEP: Duration = Duration::from_secs(5 * 60);

impl Desk {
    /// The key set (RFC 7517 §5). It is kept for less time than a key is published before it signs.
    pub(super) async fn jwks(&self, method: &Method) -> Result<Answer, Refusal> {
        readable(method)?;
        let keep = self.issuer.publish_ahead().map_or(KEEP, |ahead| KEEP.min(ahead / 2));
        let jwks = self.issuer.jwks().await?;
        Ok(of_method(method, public("application/jwk-set+json", &jwks, keep)))
    }

    /// The metadata (RFC 8414 §2).
    pub(super) fn metadata(&self, method: &Method) -> Result<Answer, Refusal> {
        readable(method)?;
        Ok(of_method(method, public("application/json", &self.metadata_document(), KEEP)))
    }

    fn metadata_document(&self) -> Value {
        let ways = ["client_secret_basic", "private_key_jwt", "none"];
        let algorithms: Vec<_> = Algorithm::DEFAULT.iter().map(|algorithm| algorithm.as_str()).collect();
        let mut document = json!({
            "issuer": self.issuer.name(),
            "token_endpoint": self.urls.token(),
            "revocation_endpoint": self.urls.revocation(),
            "jwks_uri": self.urls.jwks(),
            "response_types_supported": [],
            "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
            "token_endpoint_auth_methods_supported": ways,
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "revocation_endpoint_auth_methods_supported": ways,
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        });
        if let (Value::Object(members), Some(scopes)) = (&mut document, self.issuer.known_scopes()) {
            members.insert("scopes_supported".to_owned(), scopes.iter().collect());
        }
        document
    }
}

fn readable(method: &Method) -> Result<(), Refusal> {
    if [Method::GET, Method::HEAD].contains(method) { Ok(()) } else { Err(Refusal::Method("GET, HEAD")) }
}

/// `HEAD` is told how long the body would be.
fn of_method(method: &Method, mut answer: Answer) -> Answer {
    if method == Method::HEAD {
        let length = answer.body().size_hint().exact().unwrap_or_default();
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        *answer.body_mut() = Full::default();
    }
    answer
}
