//! Annotations by the names of the proto.

use heck::ToSnakeCase as _;
use portcullis::policy::{Endpoint, Inventory};
use tonic::server::NamedService;

use super::{DescriptorError, Descriptors, option};
use crate::Annotations;

impl Descriptors {
    /// What [annotations](Annotations) say, under the names of the proto: a method is told by the Rust name that tonic makes of
    /// it, so names that [`Annotations::inventory`] has to guess, `GetHTTPInfo`, come out right.
    ///
    /// # Errors
    /// When an annotated method is no RPC of the service, or of two of them.
    pub fn resolve<S: NamedService>(&self, annotations: &Annotations) -> Result<Inventory, DescriptorError> {
        let (mut inventory, mut faults) = (Inventory::new(), Vec::new());
        let service = S::NAME;
        for (rust, access) in annotations.iter() {
            let mut named = self
                .methods()
                .filter(|method| method.parent_service().full_name() == service && rust_name(method.name()) == rust);
            match (named.next(), named.next()) {
                (Some(method), None) => {
                    inventory = inventory.with(Endpoint::rpc(option::name(&method)), Some(access));
                }
                (None, _) => faults.push(format!(
                    "`{rust}` is annotated and no RPC of `{service}` in the descriptors: give `resolve` the server of these \
                     annotations, and the descriptors that it was generated from"
                )),
                (Some(_), Some(_)) => faults.push(format!(
                    "`{rust}` is the Rust name of several RPCs of `{service}`: rename one of them in the proto"
                )),
            }
        }
        DescriptorError::all(faults).map_or(Ok(inventory), Err)
    }
}

/// As `prost-build` names it; a raw identifier goes without its `r#`.
fn rust_name(proto: &str) -> String {
    let name = proto.to_snake_case();
    match &*name {
        "super" | "self" | "extern" | "crate" => name + "_",
        _ => name,
    }
}
