//! What can be said of a role, of a scope or of a duty, before there is a request.

use std::collections::BTreeSet;

use super::AccessModel;
use crate::details::DetailsRule;
use crate::permission::{Answer, ClaimTest, Facts, Template};
use crate::scope::Scopes;

/// A caller with these scopes and roles, and all that they stand for.
pub(crate) struct HolderFacts<'a> {
    pub(crate) model: &'a AccessModel,
    pub(crate) scopes: Scopes<'a>,
    pub(crate) roles: &'a [&'a str],
}

impl HolderFacts<'_> {
    fn holds(&self, scope: &str) -> bool {
        self.scopes.contains_token(scope) || self.model.gives(scope, self.scopes, self.roles)
    }
}

impl Facts for HolderFacts<'_> {
    fn scope(&self, scope: &str) -> Answer {
        self.holds(scope).into()
    }

    fn scope_of_resource(&self, template: &Template) -> Answer {
        let mut wildcards = self.model.wildcards.iter();
        if wildcards.any(|w| w.covers_all(template.prefix()) && self.holds(w.as_str())) {
            return Answer::Yes;
        }
        let mentioned = self.model.givers.keys().map(|scope| &**scope);
        let mut of_an_object = mentioned.chain(self.scopes.iter()).filter(|scope| template.could_be(scope));
        if of_an_object.any(|scope| self.holds(scope)) { Answer::Depends } else { Answer::No }
    }

    fn role(&self, role: &str) -> Answer {
        self.roles.contains(&role).into()
    }

    fn claim(&self, _: &ClaimTest) -> Answer {
        Answer::Depends
    }

    fn details(&self, _: &DetailsRule) -> Answer {
        Answer::Depends
    }
}

/// A caller with these of the declared roles, who may have what no role gives from elsewhere.
pub(super) struct RolesFacts<'a> {
    pub(super) model: &'a AccessModel,
    pub(super) roles: &'a [&'a str],
}

impl Facts for RolesFacts<'_> {
    fn scope(&self, scope: &str) -> Answer {
        let gives = |role: &str| self.model.role_gives(role, scope);
        if self.roles.iter().copied().any(gives) {
            Answer::Yes
        } else if self.model.roles().any(gives) {
            Answer::No
        } else {
            Answer::Depends
        }
    }

    fn scope_of_resource(&self, _: &Template) -> Answer {
        Answer::Depends
    }

    fn role(&self, role: &str) -> Answer {
        self.roles.contains(&role).into()
    }

    fn claim(&self, _: &ClaimTest) -> Answer {
        Answer::Depends
    }

    fn details(&self, _: &DetailsRule) -> Answer {
        Answer::Depends
    }
}

/// A caller who has everything but more than one role of a set.
pub(super) struct DutiesOf<'a> {
    pub(super) set: &'a BTreeSet<Box<str>>,
    pub(super) duty: Option<&'a str>,
}

impl Facts for DutiesOf<'_> {
    fn scope(&self, _: &str) -> Answer {
        Answer::Yes
    }

    fn scope_of_resource(&self, _: &Template) -> Answer {
        Answer::Yes
    }

    fn role(&self, role: &str) -> Answer {
        (!self.set.contains(role) || self.duty == Some(role)).into()
    }

    fn claim(&self, _: &ClaimTest) -> Answer {
        Answer::Yes
    }

    fn details(&self, _: &DetailsRule) -> Answer {
        Answer::Yes
    }
}
