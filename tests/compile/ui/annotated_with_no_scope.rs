//! Texts that are no scopes: the error points at the text.

#[portcullis::require("orders read")]
async fn two() {}

#[portcullis::require(all("orders:read", ""))]
async fn none() {}

#[portcullis::require("a\"b")]
async fn quoted() {}

fn main() {}
