//! Tables of ten and of a thousand rules.

use http::{Method, Uri};
use portcullis::policy::{Operation, Policy, PolicyLayer};
use portcullis::{Authority, Requirement, scope};

/// What is asked for, and what it is called.
pub fn requests() -> [(&'static str, Method, Uri); 4] {
    let uri = |path: &'static str| Uri::from_static(path);
    [
        ("a literal path", Method::GET, uri("/health/live")),
        ("a parameter", Method::GET, uri("/s5/things/42")),
        ("a claim of the path", Method::GET, uri("/t/acme/orders")),
        ("a procedure", Method::POST, uri("/orders.v1.Orders/GetOrder")),
    ]
}

/// The layer of a table with this many rules.
pub fn layer(authority: &Authority, rules: usize) -> PolicyLayer {
    let read = || scope!("orders:read");
    let own = Requirement::from(read()) & Requirement::claim_is_parameter("tenant", "tenant");
    let common = [
        Operation::get("/health/live").require(read()),
        Operation::get("/t/{tenant}/orders").require(own),
        Operation::rpc("orders.v1.Orders/GetOrder").require(read()),
    ];
    let more = (0..rules - common.len()).map(|i| Operation::get(format!("/s{i}/things/{{id}}")).require(read()));
    let policy = Policy::builder().operations(common).operations(more).build().expect("a policy");
    authority.enforce(&policy).expect("a layer")
}
