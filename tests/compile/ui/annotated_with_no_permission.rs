//! Any type will not do for a permission.

struct ReadOrders;

#[portcullis::require(ReadOrders)]
async fn handler() {}

fn main() {}
