//! Orders on tonic.
//!
//! [`service`] says on every method what it needs, [`stream`] ends long answers when the token does. Here the service is
//! put together: a layer around all of it, with one method left out.

mod service;
mod stream;

use std::io;
use std::process::ExitCode;

use axum::Router;
use orders_support::{Host, Orders};
use portcullis::Authority;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::proto::orders_server::OrdersServer;
use crate::service::OrderService;

#[expect(unreachable_pub, clippy::allow_attributes, clippy::allow_attributes_without_reason, reason = "generated code")]
mod proto {
    tonic::include_proto!("orders.v1");
}

#[tokio::main]
async fn main() -> ExitCode {
    orders_support::run(serve, |address, token| {
        let proto = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
        format!(
            "grpcurl -plaintext -import-path '{proto}' -proto orders.proto -H 'authorization: Bearer {token}' \
             -d '{{\"id\": \"1\"}}' {address} orders.v1.Orders/GetOrder"
        )
    })
    .await
}

async fn serve(host: Host) -> io::Result<()> {
    let Host { listener, authority, orders, stop } = host;
    let server = Server::builder().add_routes(routes(&authority, orders));
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    server.serve_with_incoming_shutdown(incoming, stop).await.map_err(io::Error::other)
}

/// The layer stands before everything, methods that are not there included: a caller proves itself before it hears
/// `UNIMPLEMENTED`. One path is open.
fn routes(authority: &Authority, orders: Orders) -> Routes {
    let service = OrdersServer::new(OrderService::new(orders)).max_decoding_message_size(4096);
    let open = Router::new().route_service("/orders.v1.Orders/Ping", service.clone());
    let guarded = Routes::new(service).into_axum_router().layer(authority.authenticate());
    open.merge(guarded).into()
}
