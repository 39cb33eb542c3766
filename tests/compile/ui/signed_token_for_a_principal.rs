//! A token whose signature stands is no caller yet: its time is not judged.

use portcullis::{Denied, Granted, SignedToken};

portcullis::permissions! { pub ReadOrders = "orders:read"; }

fn handler(token: &SignedToken) -> Result<Granted<ReadOrders>, Denied> {
    token.require::<ReadOrders>()
}

fn main() {}
