//! The proof that an annotation names is that of its own permission.

use portcullis::Granted;

portcullis::permissions! {
    pub ReadOrders = "orders:read";
    pub DeleteOrders = "orders:delete";
}

fn delete_orders(_: &Granted<DeleteOrders>) {}

#[portcullis::require(by: ReadOrders)]
async fn handler() {
    delete_orders(&by);
}

fn main() {}
