//! What is open on purpose says why.

#[portcullis::public]
async fn bare() {}

#[portcullis::public("")]
async fn empty() {}

#[portcullis::public(health)]
async fn word() {}

#[portcullis::public("load balancers")]
#[portcullis::require("health:read")]
async fn both() {}

fn main() {}
