//! A permission is not optional.

use axum::extract::FromRequestParts;
use portcullis_axum::Require;

portcullis::permissions! { pub ReadOrders = "orders:read"; }

fn extractor<T: FromRequestParts<()>>() {}

fn main() {
    extractor::<Option<Require<ReadOrders>>>();
}
