//! Orders on axum.
//!
//! [`app`] is the table of routes with its guards, [`handlers`] shows the ways to ask for a permission. With `--policy FILE` a table
//! decides instead: [`policed`].
//!
//! | route | needs |
//! |---|---|
//! | `GET /orders`, `GET /orders/{id}` | `orders:read` |
//! | `POST /orders` | `orders:write` |
//! | `DELETE /orders/{id}` | all of `orders:write`, `orders:delete` |
//! | `GET /admin` | all of `admin:read`, `admin:users` |
//! | `GET /reports` | any of `reports:read`, `reports:all` |
//! | `GET /public` | nothing |
//! | `GET /ready` | nothing: it tells how the keys are, 200 or 503 |
//! | anything else | a token, to be told that it is not there |

mod app;
mod handlers;
mod policed;

use std::io;
use std::process::ExitCode;

use orders_support::Host;

#[tokio::main]
async fn main() -> ExitCode {
    let try_it = |address, token: &str| format!("curl -i -H 'Authorization: Bearer {token}' 'http://{address}/orders'");
    orders_support::run(serve, try_it).await
}

async fn serve(host: Host) -> io::Result<()> {
    let app = match host.policy {
        None => app::app(host.authority, host.orders),
        Some(policy) => policed::app(host.authority, &policy, host.orders).map_err(io::Error::other)?,
    };
    axum::serve(host.listener, app).with_graceful_shutdown(host.stop).await
}
