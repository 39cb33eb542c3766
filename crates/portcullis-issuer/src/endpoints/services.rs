//! The endpoints one by one.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use tower_service::Service;

use super::answer::{Answer, private};
use super::desk::Desk;
use super::throttle::EndpointKind;

macro_rules! endpoint {
    ($(#[doc = $doc:literal])* $name:ident, $answer:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub(super) Arc<Desk>);

        impl<B> Service<Request<B>> for $name
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
                async move { Ok(desk.$answer(request).await) }.boxed()
            }
        }
    };
}

endpoint! {
    /// The token endpoint (RFC 6749 §3.2) alone, for a router of yours; [`Endpoints`](crate::Endpoints) has it at `/token`.
    TokenEndpoint, token
}

endpoint! {
    /// The revocation endpoint (RFC 7009) alone, for a router of yours; [`Endpoints`](crate::Endpoints) has it at `/revoke`.
    RevocationEndpoint, revocation
}

endpoint! {
    /// The key set (RFC 7517 §5) alone, for a router of yours; [`Endpoints`](crate::Endpoints) has it at `/jwks.json`.
    JwksEndpoint, jwks_document
}

endpoint! {
    /// The metadata (RFC 8414) alone, for a router of yours; [`Endpoints`](crate::Endpoints) has it at its well-known place.
    MetadataEndpoint, metadata_answer
}

impl Desk {
    pub(super) async fn token<B: Body>(self: Arc<Self>, request: Request<B>) -> Answer {
        let given = async { Ok(self.grant(&self.receive(EndpointKind::Token, request).await?).await?) };
        match given.await {
            Ok(given) => private(StatusCode::OK, Some(&given)),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(super) async fn revocation<B: Body>(self: Arc<Self>, request: Request<B>) -> Answer {
        let done = async {
            let asked = self.receive(EndpointKind::Revocation, request).await?;
            let token = asked.form.need("token")?;
            Ok(self.issuer.revoke(token, asked.client.id()).await?)
        };
        match done.await {
            Ok(()) => private(StatusCode::OK, None),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(super) async fn jwks_document<B>(self: Arc<Self>, request: Request<B>) -> Answer {
        let method = request.into_parts().0.method;
        self.jwks(&method).await.unwrap_or_else(|refusal| self.refuse(refusal))
    }

    pub(super) fn metadata_answer<B>(self: Arc<Self>, request: Request<B>) -> impl Future<Output = Answer> {
        ready(self.metadata(request.method()).unwrap_or_else(|refusal| self.refuse(refusal)))
    }

    fn refuse(&self, refusal: super::answer::Refusal) -> Answer {
        refusal.answer(&self.challenge)
    }
}
