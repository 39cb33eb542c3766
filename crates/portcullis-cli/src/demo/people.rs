//! Who is there, and which roles they have. Nobody who could be taken for somebody.

use std::sync::Arc;

use portcullis_core::AccessModel;
use portcullis_issuer::RoleTable;

use crate::failure::Failure;

pub(crate) const ALICE: &str = "demo-alice";
pub(crate) const BOB: &str = "demo-bob";
/// She has no desk: her tokens lack a claim that the services read.
pub(crate) const ERIN: &str = "demo-erin";

/// Everybody, with the roles that they start with.
pub(crate) const EVERYBODY: [(&str, &[&str]); 5] = [
    (ALICE, &["support", "clerk"]),
    (BOB, &["support"]),
    ("demo-carol", &["support", "cashier"]),
    ("demo-dave", &["auditor"]),
    (ERIN, &["support"]),
];

pub(crate) fn table(model: Arc<AccessModel>) -> Result<RoleTable, Failure> {
    let table = RoleTable::of(model);
    as_they_started(&table)?;
    Ok(table)
}

/// Everybody has the roles again that they started with.
pub(crate) fn as_they_started(table: &RoleTable) -> Result<(), Failure> {
    for (name, roles) in EVERYBODY {
        table.assign(name, roles.iter().copied()).map_err(|error| Failure::new("the roles of the demo", error))?;
    }
    Ok(())
}
