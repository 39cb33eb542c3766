//! What a requirement is judged on: a token, and the path of its request.

use super::verified::Verified;
use crate::details::DetailsRule;
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
