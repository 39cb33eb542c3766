//! Who asks too often.

use std::fmt;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use http::{Extensions, HeaderMap};

/// Asked at the token and the revocation endpoint before anything costs anything: a look at a secret takes tens of milliseconds of a
/// core, and guessing has to be slow. Told afterwards whether the client was who it said.
///
/// ```
/// use std::time::Duration;
/// use futures::FutureExt;
/// use futures::future::{BoxFuture, ready};
/// use portcullis_issuer::{Admission, Attempt, Throttle};
///
/// /// Takes what came through the proxy alone, which counts.
/// #[derive(Debug)]
/// struct ByProxy;
///
/// impl Throttle for ByProxy {
///     fn admit<'a>(&'a self, attempt: &'a Attempt<'_>) -> BoxFuture<'a, Admission> {
///         let known = attempt.headers().contains_key("x-forwarded-for");
///         ready(if known { Admission::Admitted } else { Admission::refused_for(Duration::from_secs(60)) }).boxed()
///     }
/// }
/// ```
pub trait Throttle: fmt::Debug + Send + Sync + 'static {
    /// Whether to look at the request. If not, it is refused with 429.
    fn admit<'a>(&'a self, attempt: &'a Attempt<'_>) -> BoxFuture<'a, Admission>;

    /// What came of it: whether the client was authenticated. Not called when that could not be told.
    fn outcome(&self, attempt: &Attempt<'_>, authenticated: bool) {
        let _ = (attempt, authenticated);
    }
}

/// Whether a request is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// It is.
    Admitted,
    /// It is not.
    Refused {
        /// How long to wait.
        retry_after: Duration,
    },
}

impl Admission {
    /// Not for this long.
    pub const fn refused_for(retry_after: Duration) -> Self {
        Self::Refused { retry_after }
    }
}

/// An endpoint that clients authenticate at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointKind {
    /// The token endpoint.
    Token,
    /// The revocation endpoint.
    Revocation,
}

/// A request, as far as it is known before anything about it is believed.
pub struct Attempt<'a> {
    pub(super) endpoint: EndpointKind,
    pub(super) client: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
    pub(super) extensions: &'a Extensions,
}

impl<'a> Attempt<'a> {
    /// Where.
    pub const fn endpoint(&self) -> EndpointKind {
        self.endpoint
    }

    /// Who it says to be.
    pub const fn client(&self) -> Option<&'a str> {
        self.client
    }

    /// Its headers, but for the credentials.
    pub const fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// What the server knows of it: with axum, `ConnectInfo`.
    pub const fn extensions(&self) -> &'a Extensions {
        self.extensions
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("endpoint", &self.endpoint)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Admits everything.
#[derive(Debug)]
pub(super) struct Unthrottled;

impl Throttle for Unthrottled {
    fn admit<'a>(&'a self, _attempt: &'a Attempt<'_>) -> BoxFuture<'a, Admission> {
        ready(Admission::Admitted).boxed()
    }
}
