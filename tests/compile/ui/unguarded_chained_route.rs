//! Each method of a path says who may call it.

use portcullis_axum::GuardedMethods;
use portcullis_axum::routing::get;

portcullis::permissions! { pub ReadOrders = "orders:read"; }

async fn orders() -> &'static str {
    "orders"
}

fn main() {
    let _: GuardedMethods = get(ReadOrders, orders).post(orders);
}
