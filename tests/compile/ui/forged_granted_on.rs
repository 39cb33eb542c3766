//! A proof for an object, constructed, copied, or made of nothing.

use portcullis::{Granted, GrantedOn, Owner, Resource};

portcullis::permissions! { pub WriteOrders = "orders:write"; }

struct Order;

impl Resource for Order {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", "acme")
    }
}

fn construct(by: &Granted<WriteOrders>) -> GrantedOn<'_, WriteOrders, Order> {
    GrantedOn::new(by.principal().clone(), &Order)
}

fn copy<'r>(by: &GrantedOn<'r, WriteOrders, Order>) -> GrantedOn<'r, WriteOrders, Order> {
    by.clone()
}

fn conjure() -> GrantedOn<'static, WriteOrders, Order> {
    Default::default()
}

fn main() {}
