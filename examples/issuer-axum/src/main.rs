//! An application that mints its own tokens, and guards its API with them: one process, one SQLite file.
//!
//! [`staff`] says who may do what, [`issuer`] mints by it, [`app`] has the routes. `cargo run -p issuer-axum` prints lines to paste: a
//! login, a call, a demotion, a refresh that gives less, and a spent refresh token that ends the login.
//!
//! There are no passwords: a login is whoever says a name. Listen on this machine only.

mod app;
mod issuer;
mod staff;

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;

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
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // Where families and keys are kept: the file that is named, or one that is gone with the process.
    let (file, temporary) = match std::env::args_os().nth(1) {
        Some(file) => (PathBuf::from(file), false),
        None => (std::env::temp_dir().join(format!("issuer-axum-{}.db", std::process::id())), true),
    };
    let staff = staff::staff()?;
    let issuer = issuer::issuer(&format!("http://{address}"), &file, &staff).await?;
    let kept = issuer.clone();
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(Duration::from_secs(20 * 60));
        loop {
            turns.tick().await;
            if let Err(refused) = kept.maintain().await {
                eprintln!("what is over is still kept: {refused}");
            }
        }
    });
    let app = app::app(issuer, staff)?;
    announce(address)?;
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await?;
    if temporary {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = file.clone().into_os_string();
            name.push(suffix);
            // It may not be there.
            std::fs::remove_file(name).ok();
        }
    }
    Ok(())
}

fn announce(address: SocketAddr) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\
Log in as alice, a clerk, and keep the two tokens:

curl -s 'http://{address}/login' -d user=alice -d scope='orders:read orders:write'

Call, with the access token in place of ACCESS:

curl -i 'http://{address}/orders' -H 'Authorization: Bearer ACCESS' -d ''

Demote her, and refresh, with the refresh token in place of REFRESH: orders:write is gone. Refresh with the same one again after ten
seconds, and the login has ended.

curl -i -X PUT 'http://{address}/staff/alice' -d role=support
curl -s 'http://{address}/token' -d grant_type=refresh_token -d client_id=web -d refresh_token=REFRESH

listening on {address}"
    )?;
    out.flush()
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
