//! Declaring a model.

use std::collections::{BTreeMap, BTreeSet};

use super::AccessModel;
use super::closure::givers;
use super::fault::{ModelError, ModelFault};
use super::wildcard::Wildcard;
use crate::scope::{Scope, ScopeSet};

/// Declares an [`AccessModel`]; [`build`](Self::build) checks it whole and names every fault.
#[derive(Clone, Debug, Default)]
#[must_use = "a model is made by `build`"]
pub struct AccessModelBuilder {
    implies: Vec<(String, Vec<String>)>,
    wildcards: Vec<String>,
    roles: Vec<(String, Vec<String>)>,
    separate: bool,
    exclusive: Vec<Vec<String>>,
}

fn texts<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(Into::into).collect()
}

impl AccessModelBuilder {
    /// Declares that whoever has `scope` has these too.
    pub fn implies<T: Into<String>>(mut self, scope: impl Into<String>, implied: impl IntoIterator<Item = T>) -> Self {
        self.implies.push((scope.into(), texts(implied)));
        self
    }

    /// Declares that `orders:*` stands for every scope that begins with `orders:`. Undeclared, a star is a letter like others.
    pub fn wildcard(mut self, wildcard: impl Into<String>) -> Self {
        self.wildcards.push(wildcard.into());
        self
    }

    /// Declares what a role stands for. A role without scopes is for requirements that ask for the role itself.
    pub fn role<T: Into<String>>(mut self, role: impl Into<String>, scopes: impl IntoIterator<Item = T>) -> Self {
        self.roles.push((role.into(), texts(scopes)));
        self
    }

    /// Refuses roles that share a scope, whether by name or by what is implied.
    pub fn separate(mut self) -> Self {
        self.separate = true;
        self
    }

    /// Declares that nobody may have two of these roles: a token with both is refused, and so is a rule that asks for both.
    pub fn exclusive<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.exclusive.push(texts(roles));
        self
    }

    /// Compiles the model.
    ///
    /// # Errors
    /// Every fault there is, each with what to do about it.
    pub fn build(self) -> Result<AccessModel, ModelError> {
        let mut faults = Vec::new();
        let implies = self.implications(&mut faults);
        let wildcards = self.parsed_wildcards(&mut faults);
        let roles = self.parsed_roles(&mut faults);
        let exclusive = self.exclusive_sets(&roles, &mut faults);
        let givers = givers(&implies, &wildcards, &roles).unwrap_or_else(|cycle| {
            faults.push(cycle);
            <_>::default()
        });
        let model = AccessModel { implies, wildcards, roles, separate: self.separate, exclusive, givers };
        if self.separate {
            faults.extend(shared_scopes(&model));
        }
        if faults.is_empty() { Ok(model) } else { Err(ModelError::new(faults)) }
    }

    fn implications(&self, faults: &mut Vec<ModelFault>) -> BTreeMap<Box<str>, ScopeSet> {
        let mut implies: BTreeMap<Box<str>, ScopeSet> = BTreeMap::new();
        for (scope, implied) in &self.implies {
            for invalid in std::iter::once(scope).chain(implied).filter(|text| Scope::new(text.as_str()).is_err()) {
                faults.push(ModelFault::InvalidScope {
                    scope: invalid.as_str().into(),
                    by: scope.as_str().into(),
                    role: false,
                });
            }
            if implied.is_empty() {
                faults.push(ModelFault::ImpliesNothing { scope: scope.as_str().into() });
            }
            let declared = implies.entry(scope.as_str().into()).or_default();
            *declared = declared.union(&valid(implied));
        }
        implies
    }

    fn parsed_wildcards(&self, faults: &mut Vec<ModelFault>) -> Vec<Wildcard> {
        let mut parsed: Vec<Wildcard> = Vec::new();
        for text in &self.wildcards {
            match Wildcard::parse(text).filter(|_| Scope::new(text.as_str()).is_ok()) {
                Some(wildcard) if !parsed.contains(&wildcard) => parsed.push(wildcard),
                Some(_) => {}
                None => faults.push(ModelFault::InvalidWildcard { wildcard: text.as_str().into() }),
            }
        }
        parsed.sort_unstable();
        parsed
    }

    fn parsed_roles(&self, faults: &mut Vec<ModelFault>) -> BTreeMap<Box<str>, ScopeSet> {
        let mut roles: BTreeMap<Box<str>, ScopeSet> = BTreeMap::new();
        for (role, scopes) in &self.roles {
            for invalid in scopes.iter().filter(|text| Scope::new(text.as_str()).is_err()) {
                faults.push(ModelFault::InvalidScope {
                    scope: invalid.as_str().into(),
                    by: role.as_str().into(),
                    role: true,
                });
            }
            if role.is_empty() {
                faults.push(ModelFault::UnnamedRole);
            }
            if roles.insert(role.as_str().into(), valid(scopes)).is_some() {
                faults.push(ModelFault::RoleTwice { role: role.as_str().into() });
            }
        }
        roles
    }

    fn exclusive_sets(
        &self,
        roles: &BTreeMap<Box<str>, ScopeSet>,
        faults: &mut Vec<ModelFault>,
    ) -> BTreeSet<BTreeSet<Box<str>>> {
        /// Each is asked about for every token.
        const MOST: usize = 256;

        let mut sets = BTreeSet::new();
        if self.exclusive.len() > MOST {
            faults.push(ModelFault::TooManyExclusive);
            return sets;
        }
        for (nth, named) in self.exclusive.iter().enumerate() {
            let set: BTreeSet<Box<str>> = named.iter().map(|role| role.as_str().into()).collect();
            for unknown in set.iter().filter(|role| !roles.contains_key(*role)) {
                faults.push(ModelFault::UnknownRole { role: unknown.clone(), nth });
            }
            if set.len() < 2 {
                faults.push(ModelFault::ExcludesNobody { nth });
            }
            sets.insert(set);
        }
        sets
    }
}

/// Those that are no scopes were named already.
fn valid(texts: &[String]) -> ScopeSet {
    texts.iter().filter_map(|text| Scope::new(text.as_str()).ok()).collect()
}

fn shared_scopes(model: &AccessModel) -> Vec<ModelFault> {
    // In the order of their names, so that the message is the same every time.
    let given: BTreeMap<_, _> = model.givers.iter().collect();
    let mut told = BTreeSet::new();
    let mut faults = Vec::new();
    for (scope, givers) in given {
        if let [first, second, ..] = &*givers.roles
            && told.insert((first, second))
        {
            faults.push(ModelFault::SharedScope { scope: scope.clone(), roles: [first.clone(), second.clone()] });
        }
    }
    faults
}
