//! A proof for this object, of another permission.

use portcullis::{Denied, Granted, GrantedOn, Owner, Principal, Resource};

portcullis::permissions! {
    pub ReadOrders = "orders:read";
    pub WriteOrders = "orders:write";
}

struct Order(String);

impl Resource for Order {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", &self.0)
    }
}

fn cancel(_: GrantedOn<'_, WriteOrders, Order>) {}

fn handler(caller: &Principal, order: &Order) -> Result<(), Denied> {
    let by: Granted<ReadOrders> = caller.require()?;
    cancel(by.on(order)?);
    Ok(())
}

fn main() {}
