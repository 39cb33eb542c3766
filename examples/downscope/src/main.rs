//! Two services in a chain. Orders is called with a token that opens a good deal; it has to ask stock on the caller's behalf, with a
//! token that opens one door there, for no longer than the first, and that says who is acting.
//!
//! ```text
//! you ── orders:read orders:write stock:read ──▶ orders ── stock:read, for stock alone ──▶ stock
//!                                                  └── exchange (RFC 8693) ──▶ issuer
//! ```
//!
//! [`issuer`] mints and exchanges, [`orders`] calls through the layer that swaps tokens, [`stock`] is at the end. Each is a server of its
//! own on this machine; `cargo run -p downscope` prints a line to paste, and its answer shows both tokens.

mod issuer;
mod orders;
mod seen;
mod stock;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use axum::Router;
use portcullis_core::ScopeSet;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), Box<dyn Error>> {
    let place = TcpListener::bind("127.0.0.1:0").await?;
    let name = format!("http://{}", place.local_addr()?);
    let secret = issuer::made_up_secret()?;
    let issuer = issuer::issuer(&name).await?;
    let _issuer = serve(place, Router::new().fallback_service(issuer.endpoints(issuer::clients(&secret)?)));

    let stock = TcpListener::bind("127.0.0.1:0").await?;
    let stock_at = stock.local_addr()?;
    let _stock = serve(stock, stock::app(&issuer)?);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = orders::app(&issuer, &format!("{name}/token"), &secret, stock_at)?;

    let scopes = ScopeSet::parse("orders:read orders:write stock:read")?;
    let token = issuer.mint("alice", "web").scopes(scopes).resource(issuer::ORDERS).await?;
    let mut out = io::stdout().lock();
    writeln!(out, "A token for five minutes, and what orders and stock each see of it:\n")?;
    writeln!(out, "curl -s 'http://{address}/orders/7' -H 'Authorization: Bearer {}'\n", token.as_str())?;
    writeln!(out, "listening on {address}")?;
    out.flush()?;
    drop(out);
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

/// For as long as the process lives.
fn serve(listener: TcpListener, app: Router) -> JoinHandle<io::Result<()>> {
    tokio::spawn(async { axum::serve(listener, app).await })
}

async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
