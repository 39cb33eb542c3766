//! The endpoints of an issuer, through real sockets: what is given, what is refused, and how it is said.

mod assertions;
mod errors;
mod refresh;
mod rounds;

use axum::Router;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use portcullis_tests::hosts::{Host, Reply};
use portcullis_tests::issuing::Issuing;
use serde_json::Value;

const ISSUER: &str = "https://id.test";

/// An issuer, mounted.
struct Mounted {
    issuing: Issuing,
    host: Host,
}

impl Mounted {
    /// On axum and on hyper.
    async fn everywhere() -> [Self; 2] {
        [Self::on_axum().await, Self::on_hyper().await]
    }

    async fn on_axum() -> Self {
        let issuing = Issuing::named(ISSUER).await;
        let host = Host::axum(Router::new().fallback_service(issuing.endpoints.clone())).await;
        Self { issuing, host }
    }

    async fn on_hyper() -> Self {
        let issuing = Issuing::named(ISSUER).await;
        let host = Host::hyper(issuing.endpoints.clone()).await;
        Self { issuing, host }
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Reply {
        self.host.connect().await.send(request).await.unwrap()
    }

    /// Status and error code; what every answer of the token and revocation endpoint promises is asserted.
    async fn outcome(&self, request: Request<Full<Bytes>>) -> (u16, Value) {
        let reply = self.send(request).await;
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("pragma"), Some("no-cache"));
        let challenge = (reply.status == 401).then_some(r#"Basic realm="https://id.test", charset="UTF-8""#);
        assert_eq!(reply.header("www-authenticate"), challenge);
        let slow_down = matches!(reply.status, 429 | 503);
        assert_eq!(reply.headers.contains_key("retry-after"), slow_down);
        let body = if reply.body.is_empty() { Value::Null } else { serde_json::from_slice(&reply.body).unwrap() };
        (reply.status, body)
    }
}
