//! Who may call what: read from the proto when the server starts.

use std::error::Error;

use portcullis::Authority;
use portcullis::policy::{Policy, PolicyLayer};
use portcullis_tonic::Descriptors;

use crate::proto::orders_server::OrdersServer;
use crate::service::{ORDERS, OrderService};

/// The options of `orders.proto`, as the build script encoded them.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/orders.bin"));

/// The layer of these rules, or of the table that the server was given instead of them.
pub(crate) fn layer(authority: &Authority, given: Option<Policy>) -> Result<PolicyLayer, Box<dyn Error + Send + Sync>> {
    let descriptors = Descriptors::decode(DESCRIPTORS)?;
    let policy = match given {
        Some(policy) => policy,
        None => own(&descriptors)?,
    };
    Ok(authority.enforce(&policy)?.serving(&descriptors.inventory()))
}

fn own(descriptors: &Descriptors) -> Result<Policy, Box<dyn Error + Send + Sync>> {
    let policy = Policy::builder().operations(descriptors.operations()?).build()?;
    // Whoever changes an annotation or an option is told of the other.
    let annotated = descriptors.resolve::<OrdersServer<OrderService>>(&ORDERS)?;
    policy.audit(&annotated).enforce()?;
    Ok(policy)
}
