//! Lists that ask for nothing.

#[portcullis::require(all())]
async fn everyone() {}

#[portcullis::require(any())]
async fn nobody() {}

#[portcullis::require(any("orders:read", all()))]
async fn within() {}

#[portcullis::require()]
async fn nothing() {}

fn main() {}
