//! Who may call what: read from the proto when the server starts.

use std::error::Error;

use portcullis::Authority;
use portcullis::policy::{Policy, PolicyLayer};
use portcullis_tonic::Descriptors;

use crate::proto::orders_server::OrdersServer;
use crate::service::{ORDERS, OrderService};

/// The options of `orders.proto`, as the build script encoded them.
const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/orders.bin"));

pub(crate) fn layer(authority: &Authority) -> Result<PolicyLayer, Box<dyn Error + Send + Sync>> {
    let descriptors = Descriptors::decode(DESCRIPTORS)?;
    let policy = Policy::builder().operations(descriptors.operations()?).build()?;
    let served = descriptors.inventory();
    // Whoever changes one of the two is told of the other.
    let annotated = descriptors.resolve::<OrdersServer<OrderService>>(&ORDERS)?;
    if annotated != served {
        return Err(format!(
            "the annotations of the service and the options of its proto differ: {annotated:?}, {served:?}"
        )
        .into());
    }
    Ok(authority.enforce(&policy)?.serving(&served))
}
