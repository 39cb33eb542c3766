//! A proof that nobody gave.

use portcullis::{Granted, Principal};

portcullis::permissions! { pub ReadOrders = "orders:read"; }

fn by_its_constructor(principal: Principal) -> Granted<ReadOrders> {
    Granted::new(principal)
}

fn by_default() -> Granted<ReadOrders> {
    Granted::default()
}

fn by_another(by: Granted<ReadOrders>) -> (Granted<ReadOrders>, Granted<ReadOrders>) {
    (by.clone(), by)
}

fn by_deserializing(json: &mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> Granted<ReadOrders> {
    use serde::Deserialize as _;
    Granted::deserialize(json).unwrap()
}

fn main() {}
