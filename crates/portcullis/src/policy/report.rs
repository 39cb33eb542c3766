//! Reports of what would have been refused.

use portcullis_core::Denied;

use super::operation::Operation;

const WOULD_DENY: &str = "portcullis_policy_would_deny_total";

/// Says that a request passes only because its rule reports.
pub(super) fn would_deny(operation: Option<&Operation>, denied: &Denied) {
    let operation = operation.map_or_else(|| "none".to_owned(), |operation| operation.target().to_string());
    let kind = denied.kind().as_str();
    tracing::warn!(target: "portcullis::policy", operation, kind, "would be refused: {denied}");
    metrics::counter!(WOULD_DENY, "operation" => operation, "kind" => kind).increment(1);
}
