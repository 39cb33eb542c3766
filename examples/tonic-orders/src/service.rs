//! The methods. Each says what it needs, or that it is open: one that says nothing does not compile. The layer has asked before;
//! here it is for the proof, without which the store does nothing.

use futures::stream::{self, BoxStream};
use orders_support::{DeleteOrders, NewOrder, Orders, ReadOrders, WriteOrders};
use tonic::{Request, Response, Status, Streaming};

use crate::proto::{
    CreateOrderRequest, DeleteOrderRequest, DeleteOrderResponse, GetOrderRequest, ListOrdersRequest, Order,
    PingRequest, PingResponse, WatchOrdersRequest, WatchOrdersResponse, orders_server,
};
use crate::stream::{until_expiry, watch};

pub(crate) struct OrderService {
    orders: Orders,
}

impl OrderService {
    pub(crate) fn new(orders: Orders) -> Self {
        Self { orders }
    }
}

#[portcullis::guarded(inventory = pub(crate) ORDERS)]
#[tonic::async_trait]
impl orders_server::Orders for OrderService {
    type ListOrdersStream = BoxStream<'static, Result<Order, Status>>;
    type WatchOrdersStream = BoxStream<'static, Result<WatchOrdersResponse, Status>>;

    #[portcullis::require(by: ReadOrders)]
    async fn list_orders(
        &self,
        _request: Request<ListOrdersRequest>,
    ) -> Result<Response<Self::ListOrdersStream>, Status> {
        let orders = self.orders.list(&by).into_iter().map(Order::from).map(Ok);
        Ok(Response::new(Box::pin(stream::iter(orders))))
    }

    #[portcullis::require(by: ReadOrders)]
    async fn get_order(&self, request: Request<GetOrderRequest>) -> Result<Response<Order>, Status> {
        let order = self.orders.get(&request.get_ref().id, &by).ok_or_else(no_such_order)?;
        Ok(Response::new(order.into()))
    }

    #[portcullis::require(by: WriteOrders)]
    async fn create_order(&self, request: Request<CreateOrderRequest>) -> Result<Response<Order>, Status> {
        let CreateOrderRequest { item, quantity } = request.into_inner();
        Ok(Response::new(self.orders.create(NewOrder { item, quantity }, &by).into()))
    }

    #[portcullis::require(by: DeleteOrders)]
    async fn delete_order(
        &self,
        request: Request<DeleteOrderRequest>,
    ) -> Result<Response<DeleteOrderResponse>, Status> {
        self.orders.delete(&request.get_ref().id, &by).ok_or_else(no_such_order)?;
        Ok(Response::new(DeleteOrderResponse {}))
    }

    #[portcullis::require(by: ReadOrders)]
    async fn watch_orders(
        &self,
        request: Request<Streaming<WatchOrdersRequest>>,
    ) -> Result<Response<Self::WatchOrdersStream>, Status> {
        let expires_at = by.principal().expires_at();
        let changes = watch(self.orders.clone(), by, request.into_inner());
        Ok(Response::new(Box::pin(until_expiry(expires_at, changes)?)))
    }

    #[portcullis::public("whoever wants to know whether the server is there has no token yet")]
    async fn ping(&self, _: Request<PingRequest>) -> Result<Response<PingResponse>, Status> {
        Ok(Response::new(PingResponse {}))
    }
}

fn no_such_order() -> Status {
    Status::not_found("no such order: ListOrders names those that there are")
}

impl From<orders_support::Order> for Order {
    fn from(order: orders_support::Order) -> Self {
        let orders_support::Order { id, item, quantity, placed_by } = order;
        Self { id, item, quantity, placed_by }
    }
}
