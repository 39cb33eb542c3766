//! How an exchange is built.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use portcullis_core::{Clock, SystemClock};
use portcullis_http::{BuiltIn, Connections, Custom, HttpClient, Place, Scheme};
use tower::{BoxError, Service};

use super::check::Limits;
use super::client_auth::ClientAuth;
use super::{BuildError, Inner, TokenExchange};
use crate::cache::Cache;

/// An exchange that could be built, and its options.
#[must_use = "an exchange is built by `build`"]
pub struct TokenExchangeBuilder<C> {
    endpoint: String,
    client: C,
    auth: Option<ClientAuth>,
    /// What its assertions are for, if not the token endpoint.
    assertion_audience: Option<String>,
    scheme: Scheme,
    clock: Box<dyn Clock>,
    limits: Limits,
    timeout: Duration,
    capacity: usize,
}

impl TokenExchange {
    /// At this token endpoint: `https`, or `http` on this machine.
    pub fn at(token_endpoint: impl Into<String>) -> TokenExchangeBuilder<BuiltIn> {
        TokenExchangeBuilder {
            endpoint: token_endpoint.into(),
            client: BuiltIn,
            auth: None,
            assertion_audience: None,
            scheme: Scheme::HttpToLoopback,
            clock: Box::new(SystemClock),
            limits: Limits::default(),
            timeout: Duration::from_secs(5),
            capacity: 10_000,
        }
    }
}

impl TokenExchangeBuilder<BuiltIn> {
    /// Asks with this client instead of the built-in one: any tower service that takes requests with a body of [`Full`]. It must
    /// not follow redirects.
    pub fn client<S, B>(self, service: S) -> TokenExchangeBuilder<Custom>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Self { endpoint, auth, assertion_audience, scheme, clock, limits, timeout, capacity, .. } = self;
        let client = Custom::new(service);
        TokenExchangeBuilder { endpoint, client, auth, assertion_audience, scheme, clock, limits, timeout, capacity }
    }
}

impl<C> TokenExchangeBuilder<C> {
    /// The client proves itself by a secret, in `Authorization: Basic` (RFC 6749 §2.3.1).
    pub fn client_secret(mut self, client_id: impl Into<String>, secret: impl AsRef<str>) -> Self {
        self.auth = Some(ClientAuth::basic(&client_id.into(), secret.as_ref()));
        self
    }

    /// The client proves itself by an assertion that it signs with its key (RFC 7523), new for every exchange.
    #[cfg(feature = "private-key-jwt")]
    pub fn private_key_jwt(mut self, client_id: impl Into<String>, key: portcullis_core::SigningKey) -> Self {
        self.auth = Some(ClientAuth::private_key(client_id.into(), key));
        self
    }

    /// The `aud` of the assertions of [`private_key_jwt`](Self::private_key_jwt), instead of the URL of the token endpoint: the
    /// name of the issuer, for many servers.
    #[cfg(feature = "private-key-jwt")]
    pub fn assertion_audience(mut self, audience: impl Into<String>) -> Self {
        self.assertion_audience = Some(audience.into());
        self
    }

    /// How long an exchange may take in all: 5 seconds by default, at most 60.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How long a token is kept at most, whatever the server says: one hour by default.
    pub fn max_lifetime(mut self, limit: Duration) -> Self {
        self.limits.max_lifetime = limit;
        self
    }

    /// How long before its end a token is no longer used: 30 seconds by default. It is never more than a fifth of its life.
    pub fn margin(mut self, margin: Duration) -> Self {
        self.limits.margin = margin;
        self
    }

    /// How many tokens are kept: 10,000 by default. The one that expires soonest makes room.
    pub fn capacity(mut self, tokens: usize) -> Self {
        self.capacity = tokens;
        self
    }

    /// The clock that says when a token has expired, instead of the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The way to what weakens a rule. Say in a comment why you need it.
    pub fn dangerous(self) -> DangerousTokenExchange<C> {
        DangerousTokenExchange(self)
    }

    /// Builds it. Nothing is asked yet.
    ///
    /// # Errors
    /// When an option makes no sense; the text says what to do.
    pub fn build(self) -> Result<TokenExchange, BuildError>
    where
        C: HttpClient,
    {
        let place = Place::parse(&self.endpoint, self.scheme)
            .map_err(|error| BuildError::new(format!("the token endpoint: {error}")))?;
        let Some(auth) = self.auth else {
            return Err(BuildError::new(
                "the client has no way to prove itself: give `client_secret`, or `private_key_jwt` (feature `private-key-jwt`)",
            ));
        };
        if self.timeout.is_zero() || self.timeout > Duration::from_secs(60) {
            return Err(BuildError::new("`timeout` takes up to 60 seconds: a call waits that long"));
        }
        if self.limits.max_lifetime.is_zero() || self.capacity == 0 {
            return Err(BuildError::new("`max_lifetime` and `capacity` are zero: every call would exchange its token"));
        }
        let auth = auth.for_audience(self.assertion_audience.unwrap_or(self.endpoint))?;
        let client = self.client.into_client(Connections::Kept).map_err(BuildError::new)?;
        let client = client.ok_or_else(|| BuildError::new("there is no HTTP client"))?;
        let (clock, limits, timeout) = (self.clock, self.limits, self.timeout);
        let cache = Cache::new(self.capacity);
        Ok(TokenExchange(Arc::new(Inner { client, place, auth, clock, limits, timeout, cache })))
    }
}

impl<C> fmt::Debug for TokenExchangeBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchangeBuilder").field("auth", &self.auth).finish_non_exhaustive()
    }
}

/// What weakens a rule, see [`TokenExchangeBuilder::dangerous`].
#[derive(Debug)]
pub struct DangerousTokenExchange<C>(TokenExchangeBuilder<C>);

impl<C> DangerousTokenExchange<C> {
    /// Sends tokens and secrets over `http` to other machines too: whoever is on the way can read and use them.
    pub fn allow_http(mut self) -> TokenExchangeBuilder<C> {
        self.0.scheme = Scheme::AnyHttp;
        self.0
    }

    /// Takes a JWT that lives longer than the token of the caller: from a server that gives every token the same life, and can't be told
    /// otherwise. This side still uses it no longer than the caller's; a callee that keeps it can.
    pub fn allow_longer_life(mut self) -> TokenExchangeBuilder<C> {
        self.0.limits.longer_life = true;
        self.0
    }
}
