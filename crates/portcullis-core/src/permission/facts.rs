//! What a requirement is judged on.

use std::borrow::Cow;

use super::claim::ClaimTest;
use super::template::Template;
use crate::details::DetailsRule;
use crate::scope::Scopes;

/// Whether something holds. Ordered, so that an all-of is the least of its parts and an any-of the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It does not.
    No,
    /// It hangs on what only a request can tell: a claim, an object, the details of an authorization.
    Depends,
    /// It does.
    Yes,
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Answers to the questions that a requirement is made of: those of a token and its request, or of a role in a table.
pub(crate) trait Facts {
    fn scope(&self, scope: &str) -> Answer;
    fn scope_of_resource(&self, template: &Template) -> Answer;
    fn role(&self, role: &str) -> Answer;
    fn claim(&self, test: &ClaimTest) -> Answer;
    fn details(&self, rule: &DetailsRule) -> Answer;
}

/// The parameters of the path that an operation was found by: `id` of `/orders/{id}`.
///
/// ```
/// use std::borrow::Cow;
/// use portcullis_core::Parameters;
///
/// let id = |name: &str| (name == "id").then_some(Cow::Borrowed("42"));
/// assert_eq!(Parameters::get(&id, "id").as_deref(), Some("42"));
/// assert_eq!(().get("id"), None); // a request without any
/// ```
pub trait Parameters {
    /// The value of a parameter, decoded.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
}

impl Parameters for () {
    fn get(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl<F: for<'n> Fn(&'n str) -> Option<Cow<'static, str>>> Parameters for F {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self(name)
    }
}

/// Scopes alone: nothing else is known.
impl Facts for Scopes<'_> {
    fn scope(&self, scope: &str) -> Answer {
        self.contains_token(scope).into()
    }

    fn scope_of_resource(&self, _: &Template) -> Answer {
        Answer::No
    }

    fn role(&self, _: &str) -> Answer {
        Answer::No
    }

    fn claim(&self, _: &ClaimTest) -> Answer {
        Answer::No
    }

    fn details(&self, _: &DetailsRule) -> Answer {
        Answer::No
    }
}
