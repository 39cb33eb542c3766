//! From what is declared to what follows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Givers;
use super::fault::ModelFault;
use super::wildcard::Wildcard;
use crate::scope::ScopeSet;

/// As many as five hundred scopes that each imply two hundred others: more than anybody can review.
const MOST_PAIRS: usize = 100_000;

/// The scopes that are mentioned, and what each implies at once.
struct Graph<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

/// For every scope that is mentioned: the scopes and roles that give it.
pub(super) fn givers(
    implies: &BTreeMap<Box<str>, ScopeSet>,
    wildcards: &[Wildcard],
    roles: &BTreeMap<Box<str>, ScopeSet>,
) -> Result<HashMap<Box<str>, Givers>, ModelFault> {
    let graph = Graph::of(implies, wildcards, roles);
    graph.acyclic()?;
    let mut found: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> =
        graph.0.keys().map(|scope| (*scope, <_>::default())).collect();
    let mut pairs = 0;
    for scope in graph.0.keys() {
        let reached = graph.reached_from([*scope]);
        pairs += reached.len();
        if pairs > MOST_PAIRS {
            return Err(ModelFault::TooMuch);
        }
        for implied in reached {
            found.entry(implied).or_default().0.insert(scope);
        }
    }
    for (role, scopes) in roles {
        let own: Vec<&str> = scopes.iter().collect();
        for given in graph.reached_from(own.iter().copied()).into_iter().chain(own) {
            found.entry(given).or_default().1.insert(role);
        }
    }
    let boxed = |names: BTreeSet<&str>| names.into_iter().map(Box::from).collect();
    let givers = |(scopes, roles)| Givers { scopes: boxed(scopes), roles: boxed(roles) };
    Ok(found.into_iter().map(|(scope, found)| (scope.into(), givers(found))).collect())
}

impl<'a> Graph<'a> {
    fn of(
        implies: &'a BTreeMap<Box<str>, ScopeSet>,
        wildcards: &'a [Wildcard],
        roles: &'a BTreeMap<Box<str>, ScopeSet>,
    ) -> Self {
        let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (scope, implied) in implies {
            edges.entry(scope).or_default().extend(implied.iter());
        }
        let mentioned: BTreeSet<&str> = implies
            .values()
            .chain(roles.values())
            .flat_map(ScopeSet::iter)
            .chain(edges.keys().copied())
            .chain(wildcards.iter().map(Wildcard::as_str))
            .collect();
        for scope in &mentioned {
            edges.entry(scope).or_default();
        }
        for wildcard in wildcards {
            let covered = mentioned.iter().copied().filter(|scope| wildcard.covers(scope));
            edges.entry(wildcard.as_str()).or_default().extend(covered);
        }
        Self(edges)
    }

    fn implied_by(&self, scope: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(scope).into_iter().flatten().copied()
    }

    /// All that these imply; themselves only if they are implied.
    fn reached_from(&self, scopes: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = scopes.into_iter().collect();
        while let Some(scope) = open.pop() {
            open.extend(self.implied_by(scope).filter(|implied| reached.insert(*implied)));
        }
        reached
    }

    /// A scope that implies itself, by whatever way, is an error: the way is shown.
    fn acyclic(&self) -> Result<(), ModelFault> {
        let circling = self.circling();
        let Some(start) = circling.iter().find(|scope| self.reached_from([**scope]).contains(**scope)) else {
            return Ok(());
        };
        let mut way = vec![*start];
        while let Some(last) = way.last().copied() {
            let back = |scope: &&str| *scope == *start || self.reached_from([*scope]).contains(*start);
            let Some(next) = self.implied_by(last).find(back) else { break };
            way.push(next);
            if next == *start || way.len() > self.0.len() {
                break;
            }
        }
        Err(ModelFault::Cycle { scopes: way.into_iter().map(Box::from).collect() })
    }

    /// What is left when everything is taken out, again and again, that nothing left implies: the circles, and what they lead to.
    fn circling(&self) -> BTreeSet<&'a str> {
        let mut implied: BTreeMap<&str, usize> = self.0.keys().map(|scope| (*scope, 0)).collect();
        for scope in self.0.values().flatten() {
            *implied.entry(scope).or_default() += 1;
        }
        let mut free: Vec<&str> = implied.iter().filter(|(_, by)| **by == 0).map(|(scope, _)| *scope).collect();
        let mut left: BTreeSet<&str> = self.0.keys().copied().collect();
        while let Some(scope) = free.pop() {
            left.remove(scope);
            for next in self.implied_by(scope) {
                let by = implied.entry(next).or_default();
                *by = by.saturating_sub(1);
                if *by == 0 {
                    free.push(next);
                }
            }
        }
        left
    }
}
