//! The built-in client.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;

const CONNECT: Duration = Duration::from_secs(1);

pub(super) fn client() -> Result<Client<HttpsConnector<HttpConnector>, Empty<Bytes>>, String> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.enforce_http(false);
    // Named here: which provider the process uses otherwise, if any, is not for a library to say.
    let https = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(aws_lc_rs::default_provider())
        .map_err(|error| format!("the certificates of the platform cannot be read ({error}): install them, on Debian with `apt install ca-certificates`, or give a client with `.client(…)`"))?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    // A fetch every few minutes: a connection kept for the next one would be dead by then, and would keep an old address.
    Ok(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https))
}
