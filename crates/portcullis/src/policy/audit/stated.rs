//! What the table says of itself.

use super::finding::{Finding, FindingKind, Severity};
use super::ground::Ground;

pub(super) fn look(ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    if ground.policy.is_report_only() {
        let text =
            "the whole table only reports, whom it would refuse is let through: enforce it when the reports are mended";
        findings.push(Finding::new(Severity::Warning, FindingKind::ReportOnly, [], text));
    }
    for row in &ground.rows {
        if row.operation.is_report_only() {
            let text = "it only reports, whom it would refuse is let through: enforce it when the reports are mended";
            findings.push(Finding::new(Severity::Warning, FindingKind::ReportOnly, [&*row.name], text));
        }
        if let Some(reason) = row.operation.access().reason() {
            let text = format!("open to everybody, for this reason: {reason}");
            findings.push(Finding::new(Severity::Note, FindingKind::Public, [&*row.name], text));
        }
    }
}
