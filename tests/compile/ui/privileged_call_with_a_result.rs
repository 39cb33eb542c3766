//! `Result<Require<P>, _>` is an extractor, and no proof.

use portcullis::Granted;
use portcullis_axum::{Rejection, Require};

portcullis::permissions! { pub DeleteOrders = "orders:delete"; }

fn delete_orders(_: &Granted<DeleteOrders>) {}

async fn handler(by: Result<Require<DeleteOrders>, Rejection>) {
    delete_orders(&by);
}

fn main() {}
