//! From start to stop.

use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use portcullis::policy::Policy;
use portcullis::{Authority, ScopeSet};
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::Orders;
use crate::args::{Args, Trusted};

/// How long requests under way may take to finish when the server is asked to stop.
const GRACE: Duration = Duration::from_secs(3);

/// What a server is made of.
pub struct Host {
    /// Where to listen.
    pub listener: TcpListener,
    /// Whom to trust.
    pub authority: Authority,
    /// The table to go by, instead of the server's own code.
    pub policy: Option<Policy>,
    /// What to serve.
    pub orders: Orders,
    /// When to stop.
    pub stop: Stop,
}

/// Done when the server is asked to stop: SIGINT, SIGTERM.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs a server as the command line says, until it is asked to stop. Without keys from elsewhere it first prints a token and
/// `try_it`, a line to paste.
pub async fn run<F>(serve: impl FnOnce(Host) -> F, try_it: fn(SocketAddr, &str) -> String) -> ExitCode
where
    F: Future<Output = io::Result<()>>,
{
    match start_and_serve(&Args::parse(), serve, try_it).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start_and_serve<F>(
    args: &Args,
    serve: impl FnOnce(Host) -> F,
    try_it: fn(SocketAddr, &str) -> String,
) -> Result<(), String>
where
    F: Future<Output = io::Result<()>>,
{
    log_to_stderr();
    let Trusted { authority, test_issuer, policy } = args.trusted().await?;
    let listener = TcpListener::bind(&args.listen).await.map_err(|error| {
        format!("cannot listen on `{}` ({error}): give --listen a free address, such as 127.0.0.1:8080", args.listen)
    })?;
    let failed = |error: io::Error| format!("cannot start: {error}");
    let (stop, stop_too) = (stopped().map_err(failed)?, stopped().map_err(failed)?);
    announce(&listener, test_issuer.as_ref(), &args.scope, try_it).map_err(failed)?;

    let host = Host { listener, authority, policy, orders: Orders::new(), stop: Box::pin(stop) };
    let patience = async {
        stop_too.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serve(host) => served.map_err(|error| format!("cannot serve: {error}")),
        () = patience => Ok(()),
    }
}

/// Refusals show up in the log, with their reason; the caller hears less.
fn log_to_stderr() {
    let ours = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("portcullis", LevelFilter::DEBUG)
        .with_target("portcullis_jwks", LevelFilter::INFO);
    tracing_subscriber::registry().with(tracing_subscriber::fmt::layer().with_writer(io::stderr)).with(ours).init();
}

fn announce(
    listener: &TcpListener,
    issuer: Option<&TestIssuer>,
    scope: &ScopeSet,
    try_it: fn(SocketAddr, &str) -> String,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut out = io::stdout().lock();
    if let Some(issuer) = issuer {
        let token = issuer.mint().subject("alice").scope(&scope.to_string()).expires_in(15 * 60).sign();
        writeln!(
            out,
            "No --jwks or --discover, so no issuer but this server itself. A token for 15 minutes, good for {scope}:\n"
        )?;
        writeln!(out, "{token}\n\nTry it:\n\n{}\n", try_it(address, &token))?;
    }
    writeln!(out, "listening on {address}")?;
    out.flush()
}

/// Listens for the signals from now on, so that none is missed between the announcement and the first request.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("listener", &self.listener).finish_non_exhaustive()
    }
}
