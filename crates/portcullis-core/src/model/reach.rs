//! How far a scope or a role reaches: what an audit of a table asks.

use super::AccessModel;
use super::role_facts::{HolderFacts, RolesFacts};
use crate::permission::{Answer, Requirement};
use crate::scope::Scopes;

impl AccessModel {
    /// Whether the scopes of a role meet a requirement: what a matrix of permissions shows.
    pub fn role_meets(&self, role: &str, requirement: &Requirement) -> Answer {
        requirement.judge(&HolderFacts { model: self, scopes: Scopes::of_list(""), roles: &[role] })
    }

    /// Whether a scope meets a requirement by itself, with all that it implies.
    ///
    /// ```
    /// use portcullis_core::{AccessModel, Answer, Requirement};
    ///
    /// let model = AccessModel::builder().implies("orders:admin", ["orders:read"]).build()?;
    /// let own = Requirement::scope("orders:read")? & Requirement::claim_is_parameter("tenant", "tenant");
    /// assert_eq!(model.scope_meets("orders:admin", &own), Answer::Depends); // on the claim
    /// assert_eq!(model.scope_meets("orders:write", &own), Answer::No);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scope_meets(&self, scope: &str, requirement: &Requirement) -> Answer {
        requirement.judge(&self.holder(scope))
    }

    /// Whether a requirement asks for this scope, or for one that it implies, if among others.
    pub fn scope_is_asked_for(&self, scope: &str, requirement: &Requirement) -> bool {
        requirement.asks_for_any(&self.holder(scope))
    }

    /// Whether roles that do not exclude each other can meet a requirement. What no role gives may come from elsewhere.
    ///
    /// ```
    /// use portcullis_core::{AccessModel, Requirement, scope};
    ///
    /// let model = AccessModel::builder()
    ///     .role("clerk", ["payments:make"])
    ///     .role("auditor", ["payments:approve"])
    ///     .exclusive(["clerk", "auditor"])
    ///     .build()?;
    /// let both = Requirement::all([scope!("payments:make"), scope!("payments:approve")])?;
    /// assert!(!model.roles_can_meet(&both));
    /// assert!(model.roles_can_meet(&scope!("payments:make").into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn roles_can_meet(&self, requirement: &Requirement) -> bool {
        let meet = |roles: &[&str]| requirement.judge(&RolesFacts { model: self, roles }) != Answer::No;
        if self.exclusive.is_empty() {
            return meet(&self.roles().collect::<Vec<_>>());
        }
        self.exclusive.iter().all(|set| {
            let one_of_them = set.iter().map(|role| Some(&**role)).chain([None]);
            let with = |duty| self.roles().filter(|role| !set.contains(*role)).chain(duty).collect::<Vec<_>>();
            one_of_them.into_iter().any(|duty| meet(&with(duty)))
        })
    }

    fn holder<'a>(&'a self, scope: &'a str) -> HolderFacts<'a> {
        HolderFacts { model: self, scopes: Scopes::of_list(scope), roles: &[] }
    }
}
