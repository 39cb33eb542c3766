//! What the tests across crates share.

pub mod example;
pub mod grpc;
pub mod hosts;
pub mod idp;
pub mod inner;
pub mod issuing;
pub mod keys;
pub mod polling;
pub mod postgres;
pub mod redis;
pub mod scripted;
pub mod stores;
pub mod wire;

use portcullis::{Authority, AuthorityBuilder, KeySource, OneIssuer};
use portcullis_testing::TestIssuer;

portcullis::permissions! {
    /// Read orders.
    pub ReadOrders = "orders:read";
    /// Write orders.
    pub WriteOrders = "orders:write";
}

/// An authority that trusts this issuer, with its own keys.
pub fn authority(issuer: &TestIssuer) -> Authority {
    builder(issuer, issuer.keys()).build().unwrap()
}

/// An authority that trusts this issuer, by keys from elsewhere, to be configured further.
pub fn builder<K: KeySource>(issuer: &TestIssuer, keys: K) -> AuthorityBuilder<OneIssuer<K>> {
    Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(keys)
}

/// A request with this token.
pub fn request(token: &str) -> http::Request<String> {
    http::Request::get("/orders").header("authorization", format!("Bearer {token}")).body(String::new()).unwrap()
}
