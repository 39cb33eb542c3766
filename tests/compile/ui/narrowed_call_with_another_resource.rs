//! A proof for an invoice where one for an order is asked for.

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

struct Invoice(String);

impl Resource for Invoice {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", &self.0)
    }
}

fn cancel(_: GrantedOn<'_, WriteOrders, Order>) {}

fn handler(caller: &Principal, invoice: &Invoice) -> Result<(), Denied> {
    let by: Granted<WriteOrders> = caller.require()?;
    cancel(by.on(invoice)?);
    Ok(())
}

fn main() {}
