//! A handler that asks for one permission and uses another.

use portcullis::{Denied, Granted, Principal};

portcullis::permissions! {
    pub ReadOrders = "orders:read";
    pub DeleteOrders = "orders:delete";
}

fn delete_orders(_: &Granted<DeleteOrders>) {}

fn handler(caller: &Principal) -> Result<(), Denied> {
    let by: Granted<ReadOrders> = caller.require()?;
    delete_orders(&by);
    Ok(())
}

fn main() {}
