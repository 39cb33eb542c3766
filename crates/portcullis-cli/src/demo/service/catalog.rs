//! What can be called: the operations of the two services, as a client that tries them out needs them.

use prost::Message;
use serde::Serialize;

use super::rpc::messages::{NewOrder, OrderId};

/// A call to try.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    /// Its name in the scenarios.
    pub(crate) id: &'static str,
    /// What it is for.
    pub(crate) title: &'static str,
    /// The operation, as the policy names it.
    pub(crate) operation: &'static str,
    /// Whose operation it is: a token is for one service.
    pub(crate) service: &'static str,
    #[serde(flatten)]
    pub(crate) how: How,
}

/// How it goes over the wire.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "over", rename_all = "lowercase")]
pub(crate) enum How {
    /// HTTP, with a JSON body perhaps.
    Http { method: &'static str, path: &'static str, body: Option<&'static str> },
    /// gRPC: the path of the procedure, and the message.
    Grpc {
        path: &'static str,
        #[serde(serialize_with = "base64")]
        message: Vec<u8>,
    },
}

/// All of them, in the order of the page.
pub(crate) fn calls() -> Vec<Call> {
    let http = |id, title, operation, method, path: &'static str, body| {
        let how = How::Http { method, path, body };
        let service = if path.starts_with("/stock") { "stock" } else { "orders" };
        Call { id, title, operation, service, how }
    };
    let grpc = |id, title, operation, path, message| {
        let how = How::Grpc { path, message };
        Call { id, title, operation, service: "orders", how }
    };
    let (order, new) = (OrderId { id: 1 }, NewOrder { item: "drawbridge".into(), quantity: 1 });
    vec![
        http("list", "List the orders", "GET /orders", "GET", "/orders", None),
        http(
            "place",
            "Place an order",
            "POST /orders",
            "POST",
            "/orders",
            Some(r#"{"item":"drawbridge","quantity":1}"#),
        ),
        http("cancel-alice", "Cancel demo-alice's order", "DELETE /orders/{id}", "DELETE", "/orders/1", None),
        http("cancel-bob", "Cancel demo-bob's order", "DELETE /orders/{id}", "DELETE", "/orders/2", None),
        http("report", "Read the report", "GET /reports", "GET", "/reports", None),
        http("forgotten", "A route without a rule", "GET /debug/customers", "GET", "/debug/customers", None),
        grpc(
            "rpc-get",
            "Get an order",
            "rpc demo.v1.Orders/GetOrder",
            "/demo.v1.Orders/GetOrder",
            order.encode_to_vec(),
        ),
        grpc(
            "rpc-place",
            "Place an order",
            "rpc demo.v1.Orders/PlaceOrder",
            "/demo.v1.Orders/PlaceOrder",
            new.encode_to_vec(),
        ),
        grpc(
            "rpc-refund",
            "Refund an order",
            "rpc demo.v1.Orders/RefundOrder",
            "/demo.v1.Orders/RefundOrder",
            order.encode_to_vec(),
        ),
        http("stock", "Ask the stock service", "GET /stock/{item}", "GET", "/stock/drawbridge", None),
    ]
}

fn base64<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(bytes))
}
