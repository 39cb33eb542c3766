//! What is looked for before a route is made.

use std::collections::BTreeSet;

use portcullis::policy::{Operation, Policy, PolicyBuilder};
use portcullis::{AccessModel, Authority, Verifier};

/// The faults of the routes: what a policy of the same rows would say, and what that cannot know.
pub(super) fn faults(routes: &[(Operation, &Authority)]) -> Vec<String> {
    let mut faults = Vec::new();
    let roles = routes.iter().filter_map(|(operation, _)| operation.access().requirement());
    let roles: BTreeSet<&str> = roles.flat_map(|requirement| requirement.roles()).collect();
    let lax = declaring(roles).unwrap_or_else(|fault| {
        faults.push(fault);
        AccessModel::default()
    });
    // By itself, by the model of its authority; then beside the others, where roles are no question.
    for (operation, authority) in routes {
        let model = model_of(authority).unwrap_or_else(|| lax.clone());
        let alone = Policy::builder().access_model(model).operation(operation.clone());
        faults.extend(faults_of(alone));
    }
    let operations = routes.iter().map(|(operation, _)| operation.clone());
    faults.extend(faults_of(Policy::builder().access_model(lax).operations(operations)));
    faults
}

fn faults_of(table: PolicyBuilder) -> Vec<String> {
    match table.build() {
        Ok(_) => Vec::new(),
        Err(error) => error.faults().iter().map(ToString::to_string).collect(),
    }
}

/// The model that every issuer of this authority judges by, if they have one.
fn model_of(authority: &Authority) -> Option<AccessModel> {
    let verifiers = authority.trust().verifiers();
    let mut models = verifiers.iter().map(Verifier::access_model);
    let first = models.next()??;
    models.all(|model| model == Some(first)).then(|| first.clone())
}

/// Roles can be asked for without a model: they are in the token then, and nowhere declared.
fn declaring(roles: BTreeSet<&str>) -> Result<AccessModel, String> {
    let model = roles.into_iter().fold(AccessModel::builder(), |model, role| model.role(role, [] as [&str; 0]));
    model.build().map_err(|error| error.to_string())
}
