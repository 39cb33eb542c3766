//! Who may talk to the demo. It listens on this machine, but a browser on this machine talks to everybody: a page from elsewhere could
//! have it send requests here, or name this address its own (DNS rebinding). Both are refused.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::{HeaderValue, StatusCode};

/// The names that this machine has for the demo; none if it was opened to others, who have names of their own.
#[derive(Clone, Debug)]
pub(crate) struct Visitors {
    hosts: Option<[String; 3]>,
}

impl Visitors {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let (ip, port) = (address.ip(), address.port());
        let hosts =
            ip.is_loopback().then(|| [address.to_string(), format!("127.0.0.1:{port}"), format!("localhost:{port}")]);
        Self { hosts }
    }

    fn welcome(&self, request: &Request) -> bool {
        let headers = request.headers();
        let named = headers.get(HOST).map(HeaderValue::as_bytes);
        let Some(host) = named.or_else(|| request.uri().authority().map(|authority| authority.as_str().as_bytes()))
        else {
            return false;
        };
        let known = self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|known| known.as_bytes() == host));
        let own = |origin: &HeaderValue| origin.as_bytes().strip_prefix(b"http://") == Some(host);
        known && headers.get_all(ORIGIN).iter().all(own)
    }
}

/// Refuses what another site sends.
pub(crate) async fn admit(State(visitors): State<Visitors>, request: Request, next: Next) -> Response {
    if visitors.welcome(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this demo talks to this machine alone\n").into_response()
    }
}
