//! What an audit looks at, prepared.

use portcullis_core::{AccessModel, Requirement};

use super::pattern::{Pattern, value_unlike};
use super::served::Served;
use crate::policy::table::{Rule, Table};
use crate::policy::{Inventory, Operation, Policy, path};

pub(super) struct Ground<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) served: Option<Served<'a>>,
    /// A value for parameters that stands nowhere in a pattern.
    value: String,
    /// How deep a catch-all is looked into: deeper than any pattern, only another one can tell its paths apart.
    depth: usize,
}

/// A rule.
pub(super) struct Row<'a> {
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) name: String,
    pub(super) methods: Vec<Box<str>>,
    pub(super) pattern: Pattern,
}

impl Row<'_> {
    pub(super) fn is_public(&self) -> bool {
        self.operation.access().requirement().is_none()
    }
}

impl<'a> Ground<'a> {
    pub(super) fn new(policy: &'a Policy, inventory: Option<&'a Inventory>) -> Self {
        let rules = policy.0.table.rules().iter().enumerate();
        let rows: Vec<Row<'a>> = rules.filter_map(|(index, rule)| row(index, rule)).collect();
        let served = inventory.map(Served::new);
        let patterns = || rows.iter().map(|row| &row.pattern).chain(served.iter().flat_map(Served::patterns));
        let value = value_unlike(patterns());
        let depth = patterns().map(Pattern::depth).max().unwrap_or(0);
        Self { policy, rows, served, value, depth }
    }

    pub(super) fn table(&self) -> &'a Table {
        &self.policy.0.table
    }

    pub(super) fn model(&self) -> &'a AccessModel {
        &self.policy.0.model
    }

    /// The rules that ask for something, and what.
    pub(super) fn guarded(&self) -> impl Iterator<Item = (&Row<'a>, &'a Requirement)> {
        self.rows.iter().filter_map(|row| Some((row, row.operation.access().requirement()?)))
    }

    /// Paths that stand for all of a pattern.
    pub(super) fn paths(&self, pattern: &Pattern) -> Vec<String> {
        pattern.paths(&self.value, self.depth)
    }

    /// Paths that stand for all that two patterns have in common.
    pub(super) fn common(&self, one: &Pattern, other: &Pattern) -> Vec<String> {
        one.meet(other).map(|met| self.paths(&met)).unwrap_or_default()
    }

    /// The path of a procedure in a package that stands nowhere.
    pub(super) fn call_of_nobody(&self) -> String {
        format!("/{}.Probe/Probe", self.value)
    }

    /// The rule that judges a request, as [`Policy::find`] finds it.
    pub(super) fn judge(&self, method: &str, path: &str) -> Option<&Row<'a>> {
        if !path::is_unambiguous(path) {
            return None;
        }
        let (index, _) = self.table().find(method, path)?;
        self.rows.get(index).filter(|row| row.index == index)
    }
}

fn row(index: usize, rule: &Rule) -> Option<Row<'_>> {
    let (methods, path) = rule.operation.target.methods_and_path();
    // A pattern without a slash in front is not in a table that was built.
    let pattern = Pattern::of(&path)?;
    Some(Row { index, operation: &rule.operation, name: rule.operation.target.to_string(), methods, pattern })
}
