//! Who may talk to the demo. It listens on this machine, but a browser on this machine talks to everybody: a page from elsewhere could
//! have it send requests here, or name this address its own (DNS rebinding). Both are refused.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderValue, StatusCode};

/// The names that this machine has for the demo; none if it was opened to others, who have names of their own.
#[derive(Clone, Debug)]
pub(crate) struct Visitors {
    hosts: Option<Vec<String>>,
}

impl Visitors {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let names = [address.ip().to_string(), format!("[{}]", address.ip()), "127.0.0.1".into(), "localhost".into()];
        let hosts = names.iter().map(|name| format!("{name}:{}", address.port()));
        // The port of the scheme goes without saying.
        let bare = names.iter().filter(|_| address.port() == 80).cloned();
        Self { hosts: address.ip().is_loopback().then(|| hosts.chain(bare).collect()) }
    }

    fn welcome(&self, request: &Request) -> bool {
        let headers = request.headers();
        let mut named = headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
        let host = named.next().or_else(|| request.uri().authority().map(|authority| authority.as_str().as_bytes()));
        let (Some(host), None) = (host, named.next()) else { return false };
        let known = self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|known| known.as_bytes() == host));
        let own = |origin: &HeaderValue| origin.as_bytes().strip_prefix(b"http://") == Some(host);
        known && headers.get_all(ORIGIN).iter().all(own) && !comes_from_elsewhere(headers)
    }
}

/// A browser says that another site sends this, and it is no link that somebody follows (Fetch Metadata).
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let says =
        |name, value: &str| headers.get(name).is_some_and(|said: &HeaderValue| said.as_bytes() == value.as_bytes());
    let other_site = says("sec-fetch-site", "cross-site") || says("sec-fetch-site", "same-site");
    other_site && !says("sec-fetch-mode", "navigate")
}

/// Refuses what another site sends.
pub(crate) async fn admit(State(visitors): State<Visitors>, request: Request, next: Next) -> Response {
    if visitors.welcome(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this demo talks to this machine alone\n").into_response()
    }
}
