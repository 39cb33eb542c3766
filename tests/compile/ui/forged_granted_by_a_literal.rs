//! A proof put together by hand.

use std::marker::PhantomData;

use portcullis::{Granted, Principal};

portcullis::permissions! { pub ReadOrders = "orders:read"; }

fn forge(principal: Principal) -> Granted<ReadOrders> {
    Granted { principal, permission: PhantomData }
}

fn main() {}
