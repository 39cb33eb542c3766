//! Orders on hyper alone: a `match` on method and path, and one layer around it.
//!
//! With `--policy` a table is in front instead.
//!
//! [`routes`] is what the service does, guard included; [`answer`] makes responses. The routes are those of `axum-orders`.

mod answer;
mod routes;

use std::convert::Infallible;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use orders_support::{Host, Stop};
use tokio::net::TcpListener;
use tower::Service;

use crate::answer::Answer;

#[tokio::main]
async fn main() -> ExitCode {
    let try_it = |address, token: &str| format!("curl -i -H 'Authorization: Bearer {token}' 'http://{address}/orders'");
    orders_support::run(serve, try_it).await
}

async fn serve(host: Host) -> io::Result<()> {
    let Host { listener, authority, policy, orders, stop } = host;
    match policy {
        None => accept(listener, routes::service(authority, orders), stop).await,
        Some(policy) => {
            let service = routes::service_by(authority, &policy, orders).map_err(io::Error::other)?;
            accept(listener, service, stop).await
        }
    }
}

async fn accept<S>(listener: TcpListener, service: S, mut stop: Stop) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let service = TowerToHyperService::new(service);
    let mut server = auto::Builder::new(TokioExecutor::new()); // HTTP/1.1 and h2c
    server.http1().timer(TokioTimer::new()); // for its limit on slow headers
    let connections = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // The caller is gone, or there are too many: not a reason to stop.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = server.serve_connection(TokioIo::new(stream), service.clone()).into_owned();
        let connection = connections.watch(connection);
        // How a connection ends is between its two ends.
        tokio::spawn(async move { connection.await.ok() });
    }
    connections.shutdown().await;
    Ok(())
}
