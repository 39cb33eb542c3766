//! A handler that calls privileged code without having asked.

use portcullis::Granted;

portcullis::permissions! { pub DeleteOrders = "orders:delete"; }

fn delete_orders(_: &Granted<DeleteOrders>) {}

fn main() {
    delete_orders();
}
