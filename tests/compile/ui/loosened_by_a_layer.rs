//! Only expiry has limits, and only an authority's rules set the leeway.

use std::time::Duration;

use portcullis::Authority;

portcullis::permissions! { pub ReadOrders = "orders:read"; }

fn layers(authority: &Authority) {
    let _ = authority.require(ReadOrders).max_age(Duration::from_secs(60));
    let _ = authority.require(ReadOrders).optional();
    let _ = authority.authenticate().leeway(Duration::from_secs(60));
}

fn main() {}
