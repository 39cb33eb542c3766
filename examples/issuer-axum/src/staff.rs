//! Who may do what.

use std::error::Error;

use portcullis_core::AccessModel;
use portcullis_issuer::RoleTable;

/// The roles, and what they stand for. The services judge by the same model.
pub(crate) fn model() -> Result<AccessModel, Box<dyn Error>> {
    let model = AccessModel::builder()
        .role("support", ["orders:read"])
        .role("clerk", ["orders:read", "orders:write"])
        .role("auditor", ["audit:read"])
        .exclusive(["clerk", "auditor"]); // nobody audits what they wrote
    Ok(model.build()?)
}

/// Obviously nobody real.
pub(crate) fn staff() -> Result<RoleTable, Box<dyn Error>> {
    let staff = RoleTable::of(model()?);
    staff.assign("alice", ["clerk"])?;
    staff.assign("bob", ["support"])?;
    Ok(staff)
}
