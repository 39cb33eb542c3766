//! Annotations where there is nothing to check.

#[portcullis::require("orders:read")]
struct Orders;

#[portcullis::guarded]
fn handler() {}

#[portcullis::public("a struct calls nobody")]
struct Public;

fn main() {}
