//! The endpoints, as tower services.

mod answer;
mod authenticate;
mod body;
mod desk;
mod documents;
mod form;
mod grants;
mod services;
mod throttle;
mod urls;

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower_service::Service;

pub use services::{JwksEndpoint, MetadataEndpoint, RevocationEndpoint, TokenEndpoint};
pub use throttle::{Admission, Attempt, EndpointKind, Throttle};

use crate::clients::Clients;
use crate::issuer::Issuer;
use desk::Desk;
use urls::Place;

/// All endpoints of an issuer as one service: `/token` (RFC 6749 §3.2, RFC 8693), `/revoke` (RFC 7009), `/jwks.json` and
/// `/.well-known/oauth-authorization-server` (RFC 8414), under the path of the issuer if it has one; anything else is 404. Cheap to
/// clone.
///
/// It goes where services go: with axum `router.fallback_service(endpoints)`, with hyper `TowerToHyperService::new(endpoints)`. It wants
/// a tokio runtime with time, TLS in front, and a [`Throttle`]. Mount it outside of layers that want a token: in axum after them, since a
/// `.layer` wraps the fallback that was set before. Not below `nest`: the metadata of an issuer with a path stands before that path. For
/// apps in browsers of another origin, put a CORS layer around it.
///
/// ```
/// use http::{Request, StatusCode};
/// use portcullis_core::{AccessModel, Algorithm, SigningKey};
/// use portcullis_issuer::{Client, ClientSecret, ClientTable, GrantType, Issuer, MemoryStore, RoleTable};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let model = AccessModel::builder().role("reporting", ["orders:read"]).build()?;
/// let services = RoleTable::of(model.clone());
/// services.assign("report", ["reporting"])?;
/// let issuer = Issuer::builder("https://id.example.com")
///     .resource("https://orders.example.com")
///     .keys(SigningKey::generate(Algorithm::ES256)?)
///     .entitlements(services)
///     .store(MemoryStore::new())
///     .access_model(model)
///     .build()
///     .await?;
///
/// let clients = ClientTable::of([Client::confidential("report", ClientSecret::hash("ahCh3ohW8theish0eeteimaeM")?)
///     .may(GrantType::ClientCredentials)
///     .resource("https://orders.example.com")]);
/// let endpoints = issuer.endpoints(clients);
///
/// let ask = |authorization: &str| {
///     Request::post("/token")
///         .header("content-type", "application/x-www-form-urlencoded")
///         .header("authorization", authorization)
///         .body("grant_type=client_credentials".to_owned())
/// };
/// // report:ahCh3ohW8theish0eeteimaeM
/// let given = endpoints.clone().oneshot(ask("Basic cmVwb3J0OmFoQ2gzb2hXOHRoZWlzaDBlZXRlaW1hZU0=")?).await?;
/// assert_eq!(given.status(), StatusCode::OK);
///
/// // report:a guess
/// let refused = endpoints.oneshot(ask("Basic cmVwb3J0OmErZ3Vlc3M=")?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Endpoints(Arc<Desk>);

impl Issuer {
    /// The endpoints, for these clients.
    pub fn endpoints(&self, clients: impl Clients) -> Endpoints {
        Endpoints::new(self.clone(), clients)
    }
}

impl Endpoints {
    /// The endpoints of an issuer, for these clients.
    pub fn new(issuer: Issuer, clients: impl Clients) -> Self {
        Self(Arc::new(Desk::new(issuer, clients)))
    }

    /// Asks this one who asks too often. Without it, everyone is admitted: have something in front then.
    #[must_use]
    pub fn throttle(mut self, throttle: impl Throttle) -> Self {
        Arc::make_mut(&mut self.0).throttle = Arc::new(throttle);
        self
    }

    /// How long a client may take to send a request: ten seconds by default.
    #[must_use]
    pub fn body_timeout(mut self, patience: Duration) -> Self {
        Arc::make_mut(&mut self.0).patience = patience;
        self
    }

    /// The token endpoint alone. The metadata says that it is at `/token`.
    pub fn token(&self) -> TokenEndpoint {
        TokenEndpoint(Arc::clone(&self.0))
    }

    /// The revocation endpoint alone. The metadata says that it is at `/revoke`.
    pub fn revocation(&self) -> RevocationEndpoint {
        RevocationEndpoint(Arc::clone(&self.0))
    }

    /// The key set alone. The metadata says that it is at `/jwks.json`.
    pub fn jwks(&self) -> JwksEndpoint {
        JwksEndpoint(Arc::clone(&self.0))
    }

    /// The metadata alone.
    pub fn metadata(&self) -> MetadataEndpoint {
        MetadataEndpoint(Arc::clone(&self.0))
    }
}

impl<B> Service<Request<B>> for Endpoints
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let desk = Arc::clone(&self.0);
        async move {
            Ok(match desk.urls.place(request.uri().path()) {
                Some(Place::Token) => desk.token(request).await,
                Some(Place::Revocation) => desk.revocation(request).await,
                Some(Place::Jwks) => desk.jwks_document(request).await,
                Some(Place::Metadata) => desk.metadata_answer(request).await,
                None => answer::not_found(),
            })
        }
        .boxed()
    }
}
