//! Which client it is: the built-in one, one of yours, or none.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::{BoxError, Service};

use crate::client::Client;

/// The client that comes with the feature `client`: hyper, with rustls and the roots of the platform. Two seconds to connect, over
/// all addresses of the host.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltIn;

/// A client of yours.
#[derive(Clone, Debug)]
pub struct Custom(Client);

/// Nothing is fetched over HTTP.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotNeeded;

impl Custom {
    /// A tower service as the client.
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Client::new(service))
    }
}

/// What the built-in client does with a connection when the answer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// It is closed: a fetch every few minutes would find it dead, or at an old address.
    OneEach,
    /// It is kept half a minute for the next request.
    Kept,
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for BuiltIn {}
impl sealed::Sealed for Custom {}
impl sealed::Sealed for NotNeeded {}

/// What something that fetches can be started with.
#[diagnostic::on_unimplemented(
    message = "there is no HTTP client to fetch with",
    label = "no HTTP client",
    note = "turn on the feature `client` of the crate, or give it one with `.client(service)`"
)]
pub trait HttpClient: sealed::Sealed {
    /// The client, if one is needed.
    ///
    /// # Errors
    /// When the certificates of the platform cannot be read; the text says what to do.
    #[doc(hidden)]
    fn into_client(self, connections: Connections) -> Result<Option<Client>, String>;
}

/// A client that fetches over HTTP: what only something on the network has options for.
pub trait OverHttp: sealed::Sealed {}
impl OverHttp for BuiltIn {}
impl OverHttp for Custom {}

impl HttpClient for Custom {
    fn into_client(self, _: Connections) -> Result<Option<Client>, String> {
        Ok(Some(self.0))
    }
}

impl HttpClient for NotNeeded {
    fn into_client(self, _: Connections) -> Result<Option<Client>, String> {
        Ok(None)
    }
}

#[cfg(feature = "client")]
impl HttpClient for BuiltIn {
    fn into_client(self, connections: Connections) -> Result<Option<Client>, String> {
        crate::built_in::client(connections).map(|client| Some(Client::new(client)))
    }
}
