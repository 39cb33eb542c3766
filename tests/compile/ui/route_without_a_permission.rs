//! A route says who may call it.

use portcullis_axum::GuardedMethods;
use portcullis_axum::routing::get;

async fn list() -> &'static str {
    "orders"
}

fn main() {
    let _: GuardedMethods = get(list);
}
