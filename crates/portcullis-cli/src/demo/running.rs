//! The demo, from start to stop.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use portcullis::MemoryRevocations;
use portcullis_core::ScopeSet;
use portcullis_issuer::{Issuer, Tokens};
use portcullis_jwks::RemoteKeys;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::desk::Desk;
use super::issuer::WEB;
use super::provider::Provider;
use super::service::{self, ORDERS, Trusted};
use super::visitors::{self, Visitors};
use super::{issuer, page, people};
use crate::failure::Failure;

/// Everything that is sent here is small.
const LONGEST_BODY: usize = 16 * 1024;
/// How long requests under way may take to finish.
const PATIENCE: Duration = Duration::from_secs(2);

/// The demo while it serves.
pub(crate) struct Running {
    address: SocketAddr,
    issuer: Issuer,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Listens and serves; grants and keys are kept in this file.
    pub(crate) async fn start(address: SocketAddr, database: &Path) -> Result<Self, Failure> {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Failure::new(
                format!("cannot listen on {address} ({error})"),
                "give --listen a free address, or leave it out",
            )
        })?;
        let address = listener.local_addr().map_err(|error| Failure::new("cannot listen", error))?;
        let here = from_this_machine(address);
        let name = format!("http://{here}");

        let policy = service::policy()?;
        let people = people::table(policy.access_model().clone())?;
        let revoked = MemoryRevocations::new();
        let issuer = issuer::issuer(&name, database, &people, &policy, &revoked).await?;
        let keys = RemoteKeys::at(format!("{name}/jwks.json")).start();
        let keys = keys.map_err(|error| Failure::new("the keys of the services", error))?;
        let provider = Provider::default();
        let trusted = Trusted { issuer: name.clone(), keys: keys.clone(), revoked };
        let services = service::app(&trusted, &policy).map_err(|error| Failure::new("the services", error))?;
        let desk = Desk { issuer: issuer.clone(), people, provider: provider.clone(), keys: keys.clone(), policy };
        let app = Router::new()
            .merge(page::routes())
            .merge(desk.routes()?)
            .merge(provider.routes(&issuer, issuer::clients()?))
            .fallback_service(services)
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .layer(from_fn_with_state(Visitors::of(address), visitors::admit));

        let (stop, stopped) = oneshot::channel();
        let served = axum::serve(listener, app).with_graceful_shutdown(async {
            // Nobody left to send it is as good as sent.
            let _ = stopped.await;
        });
        let server = tokio::spawn(served.into_future());
        keys.ready(Duration::from_secs(10)).await.map_err(|error| Failure::new("the services have no keys", error))?;
        Ok(Self { address: here, issuer, stop, server })
    }

    /// Where a client on this machine finds it.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A token to try it with, as its application would give it.
    pub(crate) async fn log_in(&self, name: &str, scopes: &str) -> Result<Tokens, Failure> {
        let scopes = ScopeSet::parse(scopes).map_err(|error| Failure::new("the scopes of the demo", error))?;
        let tokens = self.issuer.grant(name, WEB, scopes).resource(ORDERS).await;
        tokens.map_err(|error| Failure::new("the issuer", error))
    }

    /// Stops, and waits a moment for who is being served.
    pub(crate) async fn stop(self) {
        let Self { stop, mut server, .. } = self;
        let _ = stop.send(());
        if tokio::time::timeout(PATIENCE, &mut server).await.is_err() {
            server.abort();
        }
    }
}

/// An address that listens everywhere is found here too.
fn from_this_machine(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if ip.is_loopback() => ip,
        std::net::IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}
