//! A proof for an object, put together by hand.

use std::marker::PhantomData;

use portcullis::{GrantedOn, Owner, Principal, Resource};

portcullis::permissions! { pub WriteOrders = "orders:write"; }

struct Order;

impl Resource for Order {
    fn owner(&self) -> Owner<'_> {
        Owner::claim("tenant", "acme")
    }
}

fn forge(principal: Principal) -> GrantedOn<'static, WriteOrders, Order> {
    GrantedOn { principal, resource: &Order, permission: PhantomData }
}

fn main() {}
