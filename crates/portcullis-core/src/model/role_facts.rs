//! What can be said of a role, or of a duty, before there is a request.

use std::collections::BTreeSet;

use super::AccessModel;
use crate::details::DetailsRule;
use crate::permission::{Answer, ClaimTest, Facts, Template};

/// A caller with one role and the scopes that it stands for.
pub(super) struct RoleFacts<'a> {
    pub(super) model: &'a AccessModel,
    pub(super) role: &'a str,
}

impl Facts for RoleFacts<'_> {
    fn scope(&self, scope: &str) -> Answer {
        self.model.role_gives(self.role, scope).into()
    }

    fn scope_of_resource(&self, template: &Template) -> Answer {
        let mut wildcards = self.model.wildcards.iter();
        if wildcards.any(|w| w.covers_all(template.prefix()) && self.model.role_gives(self.role, w.as_str())) {
            return Answer::Yes;
        }
        let mut of_an_object = self.model.givers.keys().filter(|scope| template.could_be(scope));
        if of_an_object.any(|scope| self.model.role_gives(self.role, scope)) { Answer::Depends } else { Answer::No }
    }

    fn role(&self, role: &str) -> Answer {
        (role == self.role).into()
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
