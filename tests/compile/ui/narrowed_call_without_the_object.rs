//! A proof of the permission where one for this object is asked for.

use portcullis::{Denied, Granted, GrantedOn, Owner, Principal, Resource};

portcullis::permissions! {
    pub WriteOrders = "orders:write";
}

struct Order(String);

impl Resource for Order {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", &self.0)
    }
}

fn cancel(_: GrantedOn<'_, WriteOrders, Order>) {}

fn handler(caller: &Principal) -> Result<(), Denied> {
    let by: Granted<WriteOrders> = caller.require()?;
    cancel(by);
    Ok(())
}

fn main() {}
