//! From a request to its rule.

use std::borrow::Cow;
use std::collections::HashMap;

use matchit::{InsertError, Params, Router};
use portcullis_core::{Demand, Limits, Parameters};

use super::access::Access;
use super::operation::Operation;
use super::path;

/// The rules by path and method. The matcher is the one of axum's routers, so that both read patterns alike.
#[derive(Clone, Default)]
pub(super) struct Table {
    /// The index of the methods of each pattern.
    paths: Router<usize>,
    patterns: HashMap<Box<str>, usize>,
    /// The same patterns with their escapes decoded, as whoever decodes a path first would read them.
    decoded: Router<usize>,
    /// Whether any of them has another spelling.
    escaped: bool,
    methods: Vec<Vec<(Box<str>, usize)>>,
    rules: Vec<Rule>,
}

/// An operation, prepared.
#[derive(Clone)]
pub(super) struct Rule {
    pub(super) operation: Operation,
    /// `None` when it is public.
    pub(super) asks: Option<Asks>,
}

#[derive(Clone)]
pub(super) struct Asks {
    pub(super) demand: Demand,
    pub(super) limits: Limits,
}

impl Rule {
    fn new(operation: Operation) -> Self {
        let asks = match &operation.access {
            Access::Public { .. } => None,
            Access::Require { requirement, max_age } => {
                let mut limits = Limits::default();
                limits.max_age = *max_age;
                Some(Asks { demand: Demand::new(requirement.clone()), limits })
            }
        };
        Self { operation, asks }
    }
}

/// Why a row cannot be added.
pub(super) enum Clash {
    /// The same method and path stand in this row.
    Same(usize),
    /// No router can hold this one beside it: the same paths under other names, or a catch-all and a parameter.
    Beside(String),
    /// The same paths in another spelling.
    Spelled,
    /// The router does not take the pattern.
    Pattern(String),
}

impl Table {
    /// Adds a row. It has an index whether it clashes or not.
    pub(super) fn insert(&mut self, operation: Operation) -> Result<(), Clash> {
        let index = self.rules.len();
        let (methods, path) = operation.target.methods_and_path();
        let flaw = operation.target.flaw();
        self.rules.push(Rule::new(operation));
        // The matcher has limits of its own, and panics past them.
        if let Some(flaw) = flaw {
            return Err(Clash::Pattern(flaw));
        }
        let of_path = match self.patterns.get(&path) {
            Some(of_path) => *of_path,
            None => {
                let of_path = self.methods.len();
                self.paths.insert(&*path, of_path).map_err(clash)?;
                let spelled = path::decoded_pattern(&path).unwrap_or_default();
                self.decoded.insert(spelled, of_path).map_err(|_| Clash::Spelled)?;
                self.escaped |= path::is_escaped(&path);
                self.patterns.insert(path, of_path);
                self.methods.push(Vec::new());
                of_path
            }
        };
        let Some(known) = self.methods.get_mut(of_path) else { return Ok(()) };
        for method in methods {
            if let Some((_, other)) = known.iter().find(|(known, _)| *known == method) {
                return Err(Clash::Same(*other));
            }
            known.push((method, index));
        }
        Ok(())
    }

    /// Whether a path can be read in one way only, and whoever decodes it before looking would look in the same place.
    pub(super) fn reads_in_one_way(&self, path: &str) -> bool {
        path::is_unambiguous(path) && (!(self.escaped || path::is_escaped(path)) || self.is_found_decoded(path))
    }

    fn is_found_decoded(&self, path: &str) -> bool {
        let Some(decoded) = path::decoded(path) else { return false };
        let as_it_stands = self.paths.at(path).ok().map(|matched| *matched.value);
        as_it_stands == self.decoded.at(&decoded).ok().map(|matched| *matched.value)
    }

    /// The rule for a request, and the parameters of its path.
    pub(super) fn find<'t, 'p>(&'t self, method: &str, path: &'p str) -> Option<(usize, PathParameters<'t, 'p>)> {
        let matched = self.paths.at(path).ok()?;
        let rules = self.methods.get(*matched.value)?;
        let of = |method: &str| rules.iter().find(|(known, _)| **known == *method).map(|(_, rule)| *rule);
        let rule = of(method).or_else(|| (method == "HEAD").then(|| of("GET")).flatten())?;
        Some((rule, PathParameters(matched.params)))
    }

    /// The methods and rules of the most specific pattern that a path matches.
    pub(super) fn at(&self, path: &str) -> Option<&[(Box<str>, usize)]> {
        self.methods.get(*self.paths.at(path).ok()?.value).map(Vec::as_slice)
    }

    pub(super) fn rule(&self, index: usize) -> Option<&Rule> {
        self.rules.get(index)
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn clash(error: InsertError) -> Clash {
    match error {
        InsertError::Conflict { with } => Clash::Beside(with),
        InsertError::InvalidParam | InsertError::InvalidParamSegment => Clash::Pattern(
            "a parameter is a whole segment with a name in braces: `/orders/{id}`; a brace of the path itself is doubled".into(),
        ),
        InsertError::InvalidCatchAll => {
            Clash::Pattern("`{*rest}` takes all that follows: it stands at the end, behind a slash".into())
        }
        other => Clash::Pattern(format!("the pattern cannot be matched: {other}")),
    }
}

/// The parameters of a matched path.
pub(super) struct PathParameters<'t, 'p>(Params<'t, 'p>);

impl Parameters for PathParameters<'_, '_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        path::decoded(self.0.get(name)?)
    }
}
