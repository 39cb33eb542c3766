//! How a source is started.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use portcullis_core::{Algorithm, Clock, SystemClock};
use portcullis_http::{BuiltIn, Client, Connections, Custom, HttpClient, InvalidPlace, OverHttp, Place, Scheme};
use tokio::runtime::Handle;
use tower::{BoxError, Service};

use super::driver::{StopWhenDropped, drive};
use super::remote_keys::RemoteKeys;
use super::shared::{Shared, now};
use super::start_error::StartError;
use super::wall::Wall;
use crate::http::Accepts;
use crate::machine::{Machine, Timing};
use crate::origin::{Discovery, File, JwksUri, Origin, Reading};
use crate::telemetry::Telemetry;

/// Where keys come from.
#[derive(Clone, Debug)]
pub(super) enum Where {
    Jwks(String),
    Issuer(String),
    File(PathBuf),
}

/// A source of keys that could be started, and its options.
#[must_use = "keys are fetched by `start`"]
pub struct RemoteKeysBuilder<C> {
    place: Where,
    client: C,
    timing: Timing,
    timeout: Duration,
    scheme: Scheme,
    reading: Reading,
    accepts: Accepts,
    clock: Box<dyn Clock>,
}

impl<C> RemoteKeysBuilder<C> {
    pub(super) fn new(place: Where, client: C) -> Self {
        let timing = if matches!(place, Where::File(_)) { Timing::FILE } else { Timing::NETWORK };
        Self {
            place,
            client,
            timing,
            timeout: Duration::from_secs(3),
            scheme: Scheme::HttpToLoopback,
            reading: Reading { rsa_without_alg: Algorithm::RS256 },
            accepts: Accepts::Json,
            clock: Box::new(SystemClock),
        }
    }

    /// How long a set is served past its date while it cannot be fetched: 24 hours by default, 30 days at most. Zero: not at all,
    /// and every outage of the provider is one of the service.
    pub fn stale_for(mut self, bound: Duration) -> Self {
        self.timing.stale = bound;
        self
    }

    /// How long a fetch may take in all, metadata and keys together: 3 seconds by default, at most 30. It is also the longest
    /// that a request waits, and only one with an unknown `kid` does.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// The algorithm of RSA keys that name none, instead of RS256.
    pub fn rsa_without_alg(mut self, algorithm: Algorithm) -> Self {
        self.reading.rsa_without_alg = algorithm;
        self
    }

    /// The clock on the wall, instead of the system's: it tells when the machine slept, and keys are older than timers know.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }
}

impl RemoteKeysBuilder<BuiltIn> {
    /// Fetches with this client instead of the built-in one: for a private certificate authority, a proxy, a test. Any tower
    /// service will do that takes requests with a body of [`Full`]. It must not follow redirects.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use bytes::Bytes;
    /// use http_body_util::Full;
    /// use hyper_util::client::legacy::Client;
    /// use hyper_util::rt::TokioExecutor;
    /// use portcullis_jwks::RemoteKeys;
    ///
    /// let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>(); // with your connector
    /// let keys = RemoteKeys::at("http://127.0.0.1:8080/jwks").client(client).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client<S, B>(self, service: S) -> RemoteKeysBuilder<Custom>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Self { place, timing, timeout, scheme, reading, accepts, clock, .. } = self;
        RemoteKeysBuilder { place, client: Custom::new(service), timing, timeout, scheme, reading, accepts, clock }
    }
}

impl<C: OverHttp> RemoteKeysBuilder<C> {
    /// How long a set is up to date when the response has no `Cache-Control` to say: 10 minutes by default, one minute to a
    /// day. It is fetched again a little before. What the response says is heeded within the same limits.
    pub fn refresh_every(mut self, lifetime: Duration) -> Self {
        self.timing.lifetime = lifetime;
        self
    }

    /// Takes the keys whatever `Content-Type` the response has, from a storage that calls every file `text/plain` say.
    pub fn any_content_type(mut self) -> Self {
        self.accepts = Accepts::Anything;
        self
    }

    /// The way to what weakens a rule. Say in a comment why you need it.
    pub fn dangerous(self) -> DangerousRemoteKeys<C> {
        DangerousRemoteKeys(self)
    }
}

impl<C> RemoteKeysBuilder<C> {
    /// Starts fetching, on the tokio runtime that this is called on, and returns at once. Until the first set is there every
    /// token is refused with 503; to wait for it, see [`RemoteKeys::ready`].
    ///
    /// # Errors
    /// When there is no runtime, or an option makes no sense; the text says what to do.
    pub fn start(self) -> Result<RemoteKeys, StartError>
    where
        C: HttpClient,
    {
        let runtime = Handle::try_current().map_err(|_| {
            StartError::new(
                "no tokio runtime here: start within one, from `#[tokio::main]` say, or name it with `start_on`",
            )
        })?;
        self.start_on(&runtime)
    }

    /// As [`start`](Self::start), on this runtime. It needs its time and I/O drivers.
    ///
    /// # Errors
    /// When an option makes no sense; the text says what to do.
    pub fn start_on(self, runtime: &Handle) -> Result<RemoteKeys, StartError>
    where
        C: HttpClient,
    {
        self.check()?;
        let (name, issuer): (Arc<str>, _) = match &self.place {
            Where::Jwks(url) => (place(url, self.scheme)?.to_string().into(), None),
            Where::Issuer(issuer) => (issuer.as_str().into(), Some(issuer.as_str().into())),
            Where::File(path) => (path.display().to_string().into(), None),
        };
        let Self { place, client, timing, timeout, scheme, reading, accepts, clock } = self;
        let client = client.into_client(Connections::OneEach).map_err(StartError::new)?;
        let origin = origin(place, client, scheme, reading, accepts)?;
        let telemetry = Telemetry::new(Arc::clone(&name));
        let machine = Machine::new(timing, fastrand::u64(..), now());
        let shared = Arc::new(Shared::new(machine, telemetry));
        let task = runtime.spawn(drive(StopWhenDropped(Arc::clone(&shared)), origin, timeout, Wall::new(clock)));
        Ok(RemoteKeys::new(name, issuer, shared, runtime.clone(), task))
    }

    fn check(&self) -> Result<(), StartError> {
        let Timing { lifetime, lifetimes, .. } = &self.timing;
        if !lifetimes.contains(lifetime) {
            return Err(StartError::new("`refresh_every` takes one minute to a day"));
        }
        if self.timing.stale > Duration::from_secs(30 * 24 * 60 * 60) {
            return Err(StartError::new(
                "`stale_for` takes up to 30 days: a key that was withdrawn would work that long",
            ));
        }
        if !self.reading.rsa_without_alg.is_rsa() {
            return Err(StartError::new("`rsa_without_alg` takes an algorithm of RSA keys: RS* or PS*"));
        }
        if self.timeout.is_zero() || self.timeout > Duration::from_secs(30) {
            return Err(StartError::new("`timeout` takes up to 30 seconds: a request may wait that long"));
        }
        Ok(())
    }
}

fn origin(
    place: Where,
    client: Option<Client>,
    scheme: Scheme,
    reading: Reading,
    accepts: Accepts,
) -> Result<Box<dyn Origin>, StartError> {
    Ok(match (place, client) {
        (Where::File(path), _) => Box::new(File::new(path, reading)),
        (Where::Jwks(url), Some(client)) => {
            Box::new(JwksUri::new(client, self::place(&url, scheme)?, reading, accepts))
        }
        (Where::Issuer(issuer), Some(client)) => {
            let discovery = Discovery::new(client, &issuer, scheme, reading, accepts);
            Box::new(discovery.map_err(|error| invalid(&issuer, error))?)
        }
        (Where::Jwks(_) | Where::Issuer(_), None) => return Err(StartError::new("there is no HTTP client")),
    })
}

fn place(url: &str, scheme: Scheme) -> Result<Place, StartError> {
    Place::parse(url, scheme).map_err(|error| invalid(url, error))
}

/// What may be a password or a key in a URL is not said again.
fn invalid(url: &str, error: InvalidPlace) -> StartError {
    let shown = url.split(['?', '#']).next().unwrap_or_default();
    if shown.contains('@') {
        StartError::new(format!("the URL of the keys: {error}"))
    } else {
        StartError::new(format!("`{shown}`: {error}"))
    }
}

impl<C> fmt::Debug for RemoteKeysBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeysBuilder").field("timing", &self.timing).finish_non_exhaustive()
    }
}

/// What weakens a rule, see [`RemoteKeysBuilder::dangerous`].
#[derive(Debug)]
pub struct DangerousRemoteKeys<C>(RemoteKeysBuilder<C>);

impl<C> DangerousRemoteKeys<C> {
    /// Fetches over `http` from other machines too: whoever is on the way can give the keys, and so sign every token.
    pub fn allow_http(mut self) -> RemoteKeysBuilder<C> {
        self.0.scheme = Scheme::AnyHttp;
        self.0
    }
}
