//! The operations over gRPC.

pub(crate) mod messages;

use portcullis::{Granted, Permission};
use tonic::{Request, Response, Status};

use super::orders::{self, Orders, ReadOrders, RefundPayments, WriteOrders};
use super::way::{Station, Way};
use messages::{NewOrder, Order, OrderId};

#[expect(unreachable_pub, clippy::allow_attributes, clippy::allow_attributes_without_reason, reason = "generated code")]
mod generated {
    use super::messages;

    include!(concat!(env!("OUT_DIR"), "/demo.v1.Orders.rs"));
}

pub(crate) use generated::orders_client::OrdersClient;
use generated::orders_server;
pub(super) use generated::orders_server::OrdersServer;

/// The methods, in front of the orders.
#[derive(Debug)]
pub(super) struct Rpc(pub(super) Orders);

#[portcullis::guarded]
#[tonic::async_trait]
impl orders_server::Orders for Rpc {
    #[portcullis::require(by: ReadOrders)]
    async fn get_order(&self, request: Request<OrderId>) -> Result<Response<Order>, Status> {
        arrived(&request, &by);
        answer(self.0.get(request.get_ref().id, &by))
    }

    #[portcullis::require(by: WriteOrders)]
    async fn place_order(&self, request: Request<NewOrder>) -> Result<Response<Order>, Status> {
        arrived(&request, &by);
        let NewOrder { item, quantity } = request.into_inner();
        let placed = self.0.place(orders::NewOrder { item, quantity }, &by);
        placed.map_or_else(|| Err(Status::invalid_argument("no such order can be placed")), |order| answer(Some(order)))
    }

    #[portcullis::require(by: RefundPayments)]
    async fn refund_order(&self, request: Request<OrderId>) -> Result<Response<Order>, Status> {
        arrived(&request, &by);
        answer(self.0.refund(request.get_ref().id, &by))
    }
}

/// The proof is at hand: the last station.
fn arrived<T, P: Permission>(request: &Request<T>, _: &Granted<P>) {
    if let Some(way) = request.extensions().get::<Way>() {
        way.passed(Station::Resource);
    }
}

fn answer(order: Option<orders::Order>) -> Result<Response<Order>, Status> {
    let order = order.ok_or_else(|| Status::not_found("no such order"))?;
    let orders::Order { id, item, quantity, placed_by, state, .. } = order;
    Ok(Response::new(Order { id, item, quantity, placed_by, state: state.as_str().to_owned() }))
}
