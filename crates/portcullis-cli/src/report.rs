//! Audits and matrices for programs.

use portcullis::policy::{Audit, Finding, Matrix, MatrixRow};
use serde_json::{Value, json};

/// A row for each operation.
pub(crate) fn rows(matrix: &Matrix) -> Vec<Value> {
    let row = |row: &MatrixRow| {
        let cells = matrix.roles().zip(row.cells()).map(|(role, cell)| (role.to_owned(), json!(cell.as_str())));
        json!({ "operation": row.operation(), "needs": row.needs(), "roles": Value::Object(cells.collect()) })
    };
    matrix.rows().iter().map(row).collect()
}

/// The findings, the worst first.
pub(crate) fn findings(audit: &Audit) -> Vec<Value> {
    audit.findings().iter().map(finding).collect()
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity().as_str(),
        "kind": finding.kind().as_str(),
        "operations": finding.operations().collect::<Vec<_>>(),
        "text": finding.text(),
    })
}
