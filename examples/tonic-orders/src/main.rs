//! Orders on tonic.
//!
//! The proto says of every method what it asks of its callers, and [`rules`] makes a policy of that. [`service`] asks for the
//! proofs once more, where the work is done; [`stream`] ends long answers when the token does. Here the service is put
//! together, with one layer around all of it.

mod rules;
mod service;
mod stream;

use std::io;
use std::process::ExitCode;

use orders_support::Host;
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
        let option = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/portcullis-tonic/proto");
        format!(
            "grpcurl -plaintext -import-path '{proto}' -import-path '{option}' -proto orders.proto \
             -H 'authorization: Bearer {token}' -d '{{\"id\": \"1\"}}' {address} orders.v1.Orders/GetOrder"
        )
    })
    .await
}

async fn serve(host: Host) -> io::Result<()> {
    let Host { listener, authority, policy, orders, stop } = host;
    let service = OrdersServer::new(OrderService::new(orders)).max_decoding_message_size(4096);
    // Before everything, methods that are not there included: a caller proves itself before it hears `UNIMPLEMENTED`.
    let layer = rules::layer(&authority, policy).map_err(io::Error::other)?;
    let server = Server::builder().layer(layer).add_service(service);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    server.serve_with_incoming_shutdown(incoming, stop).await.map_err(io::Error::other)
}
