//! Building a policy, and what is looked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use portcullis_core::{AccessModel, Requirement};

use super::access::Access;
use super::fault::{PolicyError, PolicyFault};
use super::operation::{Operation, Target};
use super::table::{Clash, Table};
use super::{Inner, Policy, path};

/// Collects the rows of a [`Policy`]; [`build`](Self::build) checks them whole and names every fault.
#[derive(Debug, Default)]
#[must_use = "a policy is made by `build`"]
pub struct PolicyBuilder {
    model: Arc<AccessModel>,
    operations: Vec<Operation>,
    report_only: bool,
}

impl PolicyBuilder {
    /// What scopes imply and roles stand for. Give the same to the rules of the authority
    /// ([`Rules::access_model`](crate::Rules::access_model)): tokens are judged by those.
    pub fn access_model(mut self, model: impl Into<Arc<AccessModel>>) -> Self {
        self.model = model.into();
        self
    }

    /// Adds a row.
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operations.push(operation);
        self
    }

    /// Adds rows.
    pub fn operations(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.operations.extend(operations);
        self
    }

    /// Lets through whom the table would refuse, operations without a rule among them, and says so: an event and a counter.
    /// Who does not prove itself is refused all the same.
    pub fn report_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// Compiles the table.
    ///
    /// # Errors
    /// Every fault there is, each with what to do about it.
    pub fn build(self) -> Result<Policy, PolicyError> {
        let Self { model, operations, report_only } = self;
        let (mut table, mut faults) = (Table::default(), Vec::new());
        for (nth, operation) in operations.into_iter().enumerate() {
            let name = operation.target.to_string();
            let mut flaws = flaws(&operation, &model);
            if let Err(clash) = table.insert(operation) {
                flaws.push(match clash {
                    Clash::Same(other) => same(&table, other),
                    Clash::Beside(with) => beside(&table, nth, &with),
                    Clash::Spelled => {
                        "it is the path of another rule in another spelling: write both in the same one".to_owned()
                    }
                    Clash::Pattern(flaw) => flaw,
                });
            }
            faults.extend(flaws.into_iter().map(|flaw| PolicyFault::new(nth, name.as_str(), flaw)));
        }
        faults.extend(heads_beside_gets(&table));
        faults.sort_by_key(PolicyFault::nth);
        if faults.is_empty() {
            Ok(Policy(Arc::new(Inner { model, table, report_only })))
        } else {
            Err(PolicyError::new(faults))
        }
    }
}

fn same(table: &Table, other: usize) -> String {
    let other = table.rule(other).map(|rule| rule.operation.target.to_string()).unwrap_or_default();
    format!("it stands in the table already, as `{other}`, and only one of the rules could hold: keep one")
}

/// Two patterns that no router can hold beside each other.
fn beside(table: &Table, nth: usize, with: &str) -> String {
    let own = table.rule(nth).map(|rule| rule.operation.target.methods_and_path().1).unwrap_or_default();
    if [&*own, with].iter().any(|pattern| pattern.contains("{*")) {
        format!(
            "it overlaps `{with}`: beside a `{{*…}}` no parameter can begin at the same place, in axum's router neither; begin one of \
             them with a literal segment"
        )
    } else {
        format!("`{with}` is the same path with other names for its parameters: use one name in both rules")
    }
}

/// What is wrong with a row by itself.
fn flaws(operation: &Operation, model: &AccessModel) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut parameters = Vec::new();
    match &operation.target {
        Target::Http { methods, path } => {
            if methods.is_empty() {
                flaws.push("no method is named: write `methods = [\"GET\"]`, or those that there are".to_owned());
            }
            for method in methods.iter().filter(|method| method.bytes().any(|byte| byte.is_ascii_lowercase())) {
                let upper = method.to_ascii_uppercase();
                flaws.push(format!("methods are told apart by case, and no client says `{method}`: write `{upper}`"));
            }
            parameters = path::parameters(path);
        }
        Target::Rpc(_) => {}
    }
    match &operation.access {
        Access::Public { reason } if reason.trim().is_empty() => {
            flaws.push("it is public without a reason: write down why everybody may call it".to_owned());
        }
        Access::Public { .. } if operation.report_only => {
            flaws.push("it is public, so nobody is refused: leave `report_only` out".to_owned());
        }
        Access::Public { .. } if operation.misplaced_max_age => {
            flaws.push("it is public, so there is no token that could be too old: leave `max_age` out".to_owned());
        }
        Access::Public { .. } => {}
        Access::Require { requirement, max_age } => {
            if max_age.is_some_and(|limit| limit.as_secs() == 0 || limit.subsec_nanos() > 0) {
                flaws.push("a `max_age` is whole seconds, one at least: a shorter one refuses every token".to_owned());
            }
            flaws.extend(flaws_of(requirement, &parameters, model));
        }
    }
    flaws
}

fn flaws_of<'a>(
    requirement: &'a Requirement,
    parameters: &'a [&str],
    model: &'a AccessModel,
) -> impl Iterator<Item = String> + use<'a> {
    let unknown = requirement.parameters().into_iter().filter(|name| !parameters.contains(name));
    let unknown =
        unknown.map(|name| format!("`{{{name}}}` is no parameter of its path: name one of the path, or take it out"));
    let declared: BTreeSet<&str> = model.roles().collect();
    let undeclared = requirement.roles().into_iter().filter(move |role| !declared.contains(role)).map(|role| {
        format!(
            "the role `{role}` is not declared: declare it with its scopes, an empty list will do, or mend its name"
        )
    });
    let never = (!model.can_be_met(requirement))
        .then(|| "nobody can meet it: it asks for roles that exclude each other".to_owned());
    unknown.chain(undeclared).chain(never)
}

/// `HEAD` is answered by what answers `GET`, so it has its rule.
fn heads_beside_gets(table: &Table) -> Vec<PolicyFault> {
    let of = |method: &'static str| {
        table.rules().iter().enumerate().filter_map(move |(nth, rule)| {
            let (methods, path) = rule.operation.target.methods_and_path();
            methods.iter().any(|named| **named == *method).then_some((nth, path, &rule.operation.target))
        })
    };
    let gets: BTreeSet<Box<str>> = of("GET").map(|(_, path, _)| path).collect();
    let heads = of("HEAD").filter(|(_, path, _)| gets.contains(path));
    heads
        .map(|(nth, _, target)| {
            let text = "HEAD follows the GET of its path, by the same rule: leave it out";
            PolicyFault::new(nth, target.to_string(), text)
        })
        .collect()
}
