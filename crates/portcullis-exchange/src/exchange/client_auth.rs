//! How the client proves itself to the server.

use std::fmt;

use form_urlencoded::{Serializer, byte_serialize};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use portcullis_core::Timestamp;

use super::BuildError;
use crate::error::ExchangeError;

pub(super) enum ClientAuth {
    /// `client_secret_basic`: the whole header. `None` when it cannot be one.
    Basic(Option<HeaderValue>),
    #[cfg(feature = "private-key-jwt")]
    PrivateKey(Box<assertion::Assertions>),
}

impl ClientAuth {
    /// Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1): a colon or an umlaut in them arrives as one.
    pub(super) fn basic(client_id: &str, secret: &str) -> Self {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(client_id), encode(secret));
        let value = format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair));
        let given = !client_id.is_empty() && !secret.is_empty();
        Self::Basic(HeaderValue::try_from(value).ok().filter(|_| given).map(|mut header| {
            header.set_sensitive(true);
            header
        }))
    }

    #[cfg(feature = "private-key-jwt")]
    pub(super) fn private_key(client_id: String, key: portcullis_core::SigningKey) -> Self {
        Self::PrivateKey(Box::new(assertion::Assertions::new(client_id, key)))
    }

    #[cfg_attr(not(feature = "private-key-jwt"), expect(clippy::needless_pass_by_value, reason = "a key takes it"))]
    pub(super) fn for_audience(self, audience: String) -> Result<Self, BuildError> {
        match self {
            Self::Basic(None) => Err(BuildError::new("the id or the secret of the client is empty")),
            Self::Basic(header) => {
                let _ = audience;
                Ok(Self::Basic(header))
            }
            #[cfg(feature = "private-key-jwt")]
            Self::PrivateKey(assertions) => {
                assertions.for_audience(audience).map(|assertions| Self::PrivateKey(Box::new(assertions)))
            }
        }
    }

    #[cfg_attr(
        not(feature = "private-key-jwt"),
        expect(
            clippy::unnecessary_wraps,
            unused_variables,
            reason = "only an assertion has parameters, a time, and fails"
        )
    )]
    pub(super) fn prove(
        &self,
        headers: &mut HeaderMap,
        form: &mut Serializer<'_, String>,
        now: Timestamp,
    ) -> Result<(), ExchangeError> {
        match self {
            Self::Basic(header) => {
                headers.extend(header.clone().map(|header| (AUTHORIZATION, header)));
            }
            #[cfg(feature = "private-key-jwt")]
            Self::PrivateKey(assertions) => {
                form.append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                form.append_pair("client_assertion", &assertions.sign(now)?);
            }
        }
        Ok(())
    }
}

/// Without the secret.
impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic(_) => "client_secret_basic",
            #[cfg(feature = "private-key-jwt")]
            Self::PrivateKey(_) => "private_key_jwt",
        })
    }
}

#[cfg(feature = "private-key-jwt")]
mod assertion {
    //! Assertions that the client signs (RFC 7523 §3).

    use std::hash::{BuildHasher, RandomState};
    use std::sync::atomic::{AtomicU64, Ordering};

    use portcullis_core::{SigningKey, Timestamp};
    use serde_json::json;

    use super::BuildError;
    use crate::error::{ExchangeError, ExchangeErrorKind};

    /// In seconds: long enough for clocks that differ a little.
    const LIFE: u64 = 60;

    pub(in crate::exchange) struct Assertions {
        client_id: String,
        key: SigningKey,
        audience: String,
        /// Keyed hashes of a number that never comes again: 128 bits that nobody else has.
        names: [RandomState; 2],
        next: AtomicU64,
    }

    impl Assertions {
        pub(super) fn new(client_id: String, key: SigningKey) -> Self {
            let names = [RandomState::new(), RandomState::new()];
            Self { client_id, key, audience: String::new(), names, next: AtomicU64::new(0) }
        }

        pub(super) fn for_audience(mut self, audience: String) -> Result<Self, BuildError> {
            if self.client_id.is_empty() || audience.is_empty() {
                return Err(BuildError::new("the id of the client or the audience of its assertions is empty"));
            }
            if self.key.algorithm().is_symmetric() {
                return Err(BuildError::new("`private_key_jwt` takes a private key, and no shared secret"));
            }
            self.audience = audience;
            Ok(self)
        }

        pub(super) fn sign(&self, now: Timestamp) -> Result<String, ExchangeError> {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let [high, low] = self.names.each_ref().map(|name| name.hash_one(number));
            let (id, now) = (&self.client_id, now.as_secs());
            let claims = json!({
                "iss": id, "sub": id, "aud": self.audience, "jti": format!("{high:016x}{low:016x}"),
                "iat": now, "exp": now.saturating_add(LIFE),
            });
            self.key.sign_token("JWT", &claims.to_string()).map_err(|_| ExchangeErrorKind::SigningFailed.into())
        }
    }
}
