//! The HTTP client: any tower service, behind one type.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Empty, combinators::UnsyncBoxBody};
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

/// What fetches.
pub(crate) type Client = BoxCloneSyncService<Request<Empty<Bytes>>, Response<UnsyncBoxBody<Bytes, BoxError>>, BoxError>;

/// The client that comes with the feature `client`: hyper, with rustls and the roots of the platform. A connection of its own for
/// every fetch; two seconds to connect, over all addresses of the host.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltIn;

/// A client of yours.
#[derive(Clone, Debug)]
pub struct Custom(Client);

/// Nothing is fetched over HTTP.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotNeeded;

impl Custom {
    pub(crate) fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Empty<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let boxed = service
            .map_response(|response: Response<B>| response.map(|body| body.map_err(Into::into).boxed_unsync()))
            .map_err(Into::into);
        Self(BoxCloneSyncService::new(boxed))
    }
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for BuiltIn {}
impl sealed::Sealed for Custom {}
impl sealed::Sealed for NotNeeded {}

/// What a source of keys can be started with.
#[diagnostic::on_unimplemented(
    message = "there is no HTTP client to fetch keys with",
    label = "no HTTP client",
    note = "turn on the feature `client` of `portcullis-jwks`, or give it one with `.client(service)`"
)]
pub trait HttpClient: sealed::Sealed {
    #[doc(hidden)]
    fn into_client(self) -> Result<Option<ErasedClient>, String>;
}

/// A client that fetches over HTTP: what only a source on the network has options for.
pub trait OverHttp: sealed::Sealed {}
impl OverHttp for BuiltIn {}
impl OverHttp for Custom {}

/// A client, whatever it was.
#[doc(hidden)]
#[derive(Debug)]
pub struct ErasedClient(pub(crate) Client);

impl HttpClient for Custom {
    fn into_client(self) -> Result<Option<ErasedClient>, String> {
        Ok(Some(ErasedClient(self.0)))
    }
}

impl HttpClient for NotNeeded {
    fn into_client(self) -> Result<Option<ErasedClient>, String> {
        Ok(None)
    }
}

#[cfg(feature = "client")]
impl HttpClient for BuiltIn {
    fn into_client(self) -> Result<Option<ErasedClient>, String> {
        super::built_in::client().map(|client| Some(ErasedClient(Custom::new(client).0)))
    }
}
