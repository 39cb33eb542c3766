//! Judging a requirement, and what to say when it is not met.

use std::borrow::Cow;

use super::claim::{ClaimTest, Expected};
use super::facts::{Answer, Facts};
use super::template::Template;
use super::value::{Requirement, Term};
use crate::denied::DeniedKind;
use crate::scope::Scope;

impl Requirement {
    pub(crate) fn judge(&self, facts: &impl Facts) -> Answer {
        match &self.0 {
            Term::Scope(scope) => facts.scope(scope.as_str()),
            Term::ScopeOfResource(template) => facts.scope_of_resource(template),
            Term::Role(role) => facts.role(role),
            Term::Claim(test) => facts.claim(test),
            Term::Details(rule) => facts.details(rule),
            // An empty list, could one be made, would allow nothing.
            Term::All(parts) => least(parts.iter().map(|part| part.judge(facts))),
            Term::Any(parts) => greatest(parts.iter().map(|part| part.judge(facts))),
        }
    }

    /// What to say to a caller who lacks it. More scopes help if all that is missing are scopes, of one alternative at least.
    pub(crate) fn lack(&self, facts: &impl Facts) -> DeniedKind {
        let missing = |part: &&Self| part.judge(facts) != Answer::Yes;
        match &self.0 {
            Term::Scope(_) | Term::ScopeOfResource(_) => DeniedKind::InsufficientScope,
            Term::Role(_) => DeniedKind::MissingRole,
            Term::Claim(ClaimTest { expected: Expected::Value(_), .. }) => DeniedKind::ClaimNotMet,
            Term::Claim(ClaimTest { expected: Expected::Parameter(_), .. }) => DeniedKind::WrongResource,
            Term::Details(_) => DeniedKind::DetailsNotMet,
            Term::All(parts) => {
                let lacks = parts.iter().filter(missing).map(|part| part.lack(facts));
                let worst = lacks.reduce(|lack, next| if lack == DeniedKind::InsufficientScope { next } else { lack });
                worst.unwrap_or(DeniedKind::InsufficientScope)
            }
            Term::Any(parts) => {
                let lacks = parts.iter().map(|part| part.lack(facts));
                let mildest =
                    lacks.reduce(|lack, next| if next == DeniedKind::InsufficientScope { next } else { lack });
                mildest.unwrap_or(DeniedKind::InsufficientScope)
            }
        }
    }

    /// The scopes to ask an issuer for, in the order written, each once: all of an all-of, the first of an any-of. This is
    /// what a refusal's challenge names, so that one round trip is enough and no client asks for more than the
    /// operation needs. The scope of an object is not among them, it takes a request to name it.
    pub fn scopes_to_ask(&self) -> Vec<&str> {
        let mut asked = Vec::new();
        self.collect_asked(&mut |term| {
            if let Term::Scope(scope) = term {
                asked.push(scope.as_str());
            }
        });
        each_once(asked)
    }

    /// As [`scopes_to_ask`](Self::scopes_to_ask), in a request whose path parameters are known.
    pub(crate) fn scopes_to_ask_at<'a>(&'a self, fill: impl Fn(&Template) -> Option<String>) -> Vec<Cow<'a, str>> {
        let mut asked: Vec<Cow<'a, str>> = Vec::new();
        self.collect_asked(&mut |term| match term {
            Term::Scope(scope) => asked.push(Cow::Borrowed(scope.as_str())),
            Term::ScopeOfResource(template) => asked.extend(fill(template).map(Cow::Owned)),
            _ => {}
        });
        each_once(asked)
    }

    fn collect_asked<'a>(&'a self, each: &mut impl FnMut(&'a Term)) {
        match &self.0 {
            Term::All(parts) => parts.iter().for_each(|part| part.collect_asked(each)),
            Term::Any(parts) => {
                let first = parts.iter().find(|part| part.is_of_scopes()).or(parts.first());
                first.into_iter().for_each(|part| part.collect_asked(each));
            }
            term => each(term),
        }
    }

    /// Whether scopes alone can meet it.
    fn is_of_scopes(&self) -> bool {
        match &self.0 {
            Term::Scope(_) | Term::ScopeOfResource(_) => true,
            Term::Role(_) | Term::Claim(_) | Term::Details(_) => false,
            Term::All(parts) => parts.iter().all(Self::is_of_scopes),
            Term::Any(parts) => parts.iter().any(Self::is_of_scopes),
        }
    }

    /// Whether the scopes to ask for hang on the request.
    pub(crate) fn asks_for_objects(&self) -> bool {
        let mut found = false;
        self.visit(&mut |term| found |= matches!(term, Term::ScopeOfResource(_)));
        found
    }

    /// Whether any of the scopes that are mentioned is there, or could be.
    pub(crate) fn asks_for_any(&self, facts: &impl Facts) -> bool {
        let mut found = false;
        self.visit(&mut |term| {
            found |= match term {
                Term::Scope(scope) => facts.scope(scope.as_str()) != Answer::No,
                Term::ScopeOfResource(template) => facts.scope_of_resource(template) != Answer::No,
                _ => false,
            };
        });
        found
    }

    /// Every scope that is mentioned, in the order written, each once.
    pub fn scopes(&self) -> Vec<&Scope> {
        let mut scopes = Vec::new();
        self.visit(&mut |term| scopes.extend(if let Term::Scope(scope) = term { Some(scope) } else { None }));
        each_once(scopes)
    }

    /// Every role that is mentioned, in the order written, each once.
    pub fn roles(&self) -> Vec<&str> {
        let mut roles = Vec::new();
        self.visit(&mut |term| roles.extend(if let Term::Role(role) = term { Some(&**role) } else { None }));
        each_once(roles)
    }

    /// Every path parameter that is mentioned, in the order written, each once.
    pub fn parameters(&self) -> Vec<&str> {
        let mut parameters = Vec::new();
        self.visit(&mut |term| match term {
            Term::ScopeOfResource(template) => parameters.extend(template.parameters()),
            Term::Claim(ClaimTest { expected: Expected::Parameter(name), .. }) => parameters.push(&**name),
            Term::Details(rule) => parameters.extend(rule.parameters()),
            _ => {}
        });
        each_once(parameters)
    }

    fn visit<'a>(&'a self, each: &mut impl FnMut(&'a Term)) {
        match &self.0 {
            Term::All(parts) | Term::Any(parts) => parts.iter().for_each(|part| part.visit(each)),
            term => each(term),
        }
    }
}

/// `No` ends it: nothing is less.
fn least(mut answers: impl Iterator<Item = Answer>) -> Answer {
    let Some(mut least) = answers.next() else { return Answer::No };
    while least != Answer::No {
        let Some(next) = answers.next() else { break };
        least = least.min(next);
    }
    least
}

/// `Yes` ends it: nothing is greater.
fn greatest(mut answers: impl Iterator<Item = Answer>) -> Answer {
    let mut greatest = Answer::No;
    while greatest != Answer::Yes {
        let Some(next) = answers.next() else { break };
        greatest = greatest.max(next);
    }
    greatest
}

fn each_once<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut once = Vec::with_capacity(items.len());
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}
