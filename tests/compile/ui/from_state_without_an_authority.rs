//! `Require<P, FromState>` where the state holds no authority.

use axum::extract::FromRequestParts;
use portcullis_axum::{FromState, Require};

portcullis::permissions! { pub ReadOrders = "orders:read"; }

#[derive(Clone)]
struct State;

fn extractor_of<S, T: FromRequestParts<S>>() {}

fn main() {
    extractor_of::<State, Require<ReadOrders, FromState>>();
}
