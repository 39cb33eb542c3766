//! Any type will not do for a permission.

use axum::extract::FromRequestParts;
use portcullis_axum::Require;

struct ReadOrders;

fn extractor<T: FromRequestParts<()>>() {}

fn main() {
    extractor::<Require<ReadOrders>>();
}
