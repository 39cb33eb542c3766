//! The built-in client.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;

use crate::kind::Connections;

/// Shared by the addresses of the host, so that a dead one leaves time for the next: each has to have enough for a long way.
const CONNECT: Duration = Duration::from_secs(2);

/// Less than servers and what stands between usually keep an idle connection for.
const IDLE: Duration = Duration::from_secs(30);

type BuiltIn = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

pub(crate) fn client(connections: Connections) -> Result<BuiltIn, String> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.enforce_http(false);
    let https = HttpsConnectorBuilder::new().with_tls_config(tls()?).https_or_http().enable_http1().wrap_connector(tcp);
    let mut client = Client::builder(TokioExecutor::new());
    match connections {
        Connections::OneEach => client.pool_max_idle_per_host(0),
        Connections::Kept => client.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new()),
    };
    Ok(client.build(https))
}

/// Read once: a hundred certificates, and a source of a tenant may be started while a request waits.
fn tls() -> Result<ClientConfig, String> {
    static TLS: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(config) = TLS.get() {
        return Ok(config.clone());
    }
    let config = read_roots().map_err(|error| {
        format!("the certificates of the platform cannot be read ({error}): install them, on Debian with `apt install ca-certificates`, or give a client with `.client(…)`")
    })?;
    Ok(TLS.get_or_init(|| config).clone())
}

fn read_roots() -> io::Result<ClientConfig> {
    // Named here: which provider the process uses otherwise, if any, is not for a library to say.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(io::Error::other)?.with_native_roots()?.with_no_client_auth())
}
