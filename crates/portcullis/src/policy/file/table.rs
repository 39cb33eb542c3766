//! From rows to a policy, each fault where it is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use portcullis_core::AccessModel;

use super::super::{Access, Operation, Policy, PolicyFault, Target, public};
use super::operation::Row;
use super::place::Report;

/// Builds the policy. The builder knows all that can be wrong with a row, but not where it is written: so it is asked about each
/// part alone, and what it says is told there.
pub(super) fn build(rows: &[Row], model: &Arc<AccessModel>, report_only: bool, report: &mut Report) -> Option<Policy> {
    let mut told = BTreeSet::new();
    for (nth, row) in rows.iter().enumerate() {
        let parts = row.parts.iter().map(|(at, part)| (at, Access::from(part.clone())));
        let whole = row.access.iter().map(|access| (&row.access_at, access.clone()));
        let target = std::iter::once((&row.target_at, Access::from(public("not yet of interest"))));
        for (at, access) in target.chain(parts).chain(whole) {
            for flaw in flaws(&row.target, access, model) {
                // A flaw of a part is one of the whole as well.
                if told.insert((nth, flaw.clone())) {
                    report.fault(at.clone(), flaw);
                }
            }
        }
    }
    let all = Policy::builder().access_model(Arc::clone(model)).operations(rows.iter().map(Row::operation));
    let all = if report_only { all.report_only() } else { all };
    match all.build() {
        Ok(policy) => Some(policy),
        Err(error) => {
            for fault in error.faults() {
                if let Some(row) = rows.get(fault.nth())
                    && told.insert((fault.nth(), fault.text().to_owned()))
                {
                    // What is no flaw of a row alone is one of its target among the others.
                    report.fault(row.target_at.clone(), fault.text());
                }
            }
            None
        }
    }
}

fn flaws(target: &Target, access: Access, model: &Arc<AccessModel>) -> Vec<String> {
    let alone = Operation::new(target.clone(), access);
    let built = Policy::builder().access_model(Arc::clone(model)).operation(alone).build();
    let error = built.err();
    error.iter().flat_map(|error| error.faults()).map(PolicyFault::text).map(str::to_owned).collect()
}
