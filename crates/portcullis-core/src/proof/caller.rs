//! What a requirement is judged on: a token, and the path of its request.

use super::verified::Verified;
use crate::details::DetailsRule;
use crate::model::{AccessModel, HolderFacts};
use crate::permission::{Answer, ClaimTest, Facts, Parameters, Template};

pub(super) struct Caller<'a> {
    pub(super) token: &'a Verified,
    pub(super) parameters: &'a dyn Parameters,
}

impl Facts for Caller<'_> {
    fn scope(&self, scope: &str) -> Answer {
        self.token.holds(scope).into()
    }

    fn scope_of_resource(&self, template: &Template) -> Answer {
        let named = self.token.scopes().iter().any(|scope| template.is(scope, self.parameters));
        let implied =
            || self.token.model.is_some() && template.fill(self.parameters).is_some_and(|s| self.token.holds(&s));
        (named || implied()).into()
    }

    fn role(&self, role: &str) -> Answer {
        self.token.roles.iter().any(|held| **held == *role).into()
    }

    fn claim(&self, test: &ClaimTest) -> Answer {
        test.holds(self.token.payload(), self.parameters).into()
    }

    fn details(&self, rule: &DetailsRule) -> Answer {
        self.token.details().is_some_and(|claim| rule.met_by(claim, self.parameters)).into()
    }
}

/// What a requirement is judged on where there is no request, and so no path yet.
pub(super) struct AnyRequest<'a>(pub(super) &'a Verified);

impl Facts for AnyRequest<'_> {
    fn scope(&self, scope: &str) -> Answer {
        self.0.holds(scope).into()
    }

    fn scope_of_resource(&self, template: &Template) -> Answer {
        let nothing_implied = AccessModel::default();
        let model = self.0.model.as_deref().unwrap_or(&nothing_implied);
        let roles: Vec<&str> = self.0.roles.iter().map(|role| &**role).collect();
        HolderFacts { model, scopes: self.0.scopes(), roles: &roles }.scope_of_resource(template)
    }

    fn role(&self, role: &str) -> Answer {
        self.0.roles.iter().any(|held| **held == *role).into()
    }

    fn claim(&self, test: &ClaimTest) -> Answer {
        test.could_hold(self.0.payload())
    }

    fn details(&self, rule: &DetailsRule) -> Answer {
        self.0.details().map_or(Answer::No, |claim| rule.could_be_met_by(claim))
    }
}
