//! A policy as a child would write it: no compiling, no matcher, no shortcuts. What the real one is held against.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use portcullis::policy::{Access, Operation, Target, public};
use portcullis::{AccessModel, Requirement};
use portcullis_testing::TestIssuer;
use proptest::prelude::*;
use serde_json::json;

/// What a rule asks.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Scope(u8),
    /// `o:{p0}`, where the path has such a parameter.
    ScopeOfObject,
    Role(u8),
    Plan,
    /// The claim `tenant` is the parameter `p0`.
    Tenant,
    All(Vec<Ask>),
    Any(Vec<Ask>),
}

pub(super) fn ask() -> impl Strategy<Value = Ask> {
    let leaf = prop_oneof![
        4 => (0_u8..5).prop_map(Ask::Scope),
        1 => Just(Ask::ScopeOfObject),
        1 => (0_u8..3).prop_map(Ask::Role),
        1 => Just(Ask::Plan),
        1 => Just(Ask::Tenant),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let parts = prop::collection::vec(inner, 1..4);
        prop_oneof![parts.clone().prop_map(Ask::All), parts.prop_map(Ask::Any)]
    })
}

impl Ask {
    fn requirement(&self) -> Requirement {
        match self {
            Self::Scope(scope) => Requirement::scope(&format!("s{scope}")).unwrap(),
            Self::ScopeOfObject => Requirement::scope_of("o:{p0}").unwrap(),
            Self::Role(role) => Requirement::role(format!("r{role}")),
            Self::Plan => Requirement::claim("plan", "gold"),
            Self::Tenant => Requirement::claim_is_parameter("tenant", "p0"),
            Self::All(parts) => Requirement::all(parts.iter().map(Self::requirement)).unwrap(),
            Self::Any(parts) => Requirement::any(parts.iter().map(Self::requirement)).unwrap(),
        }
    }

    fn met(&self, token: &Token, meaning: &Meaning, p0: Option<&str>) -> bool {
        match self {
            Self::Scope(scope) => meaning.scopes_of(token).contains(scope),
            Self::ScopeOfObject => p0.is_some_and(|p0| token.objects.iter().any(|object| object == p0)),
            Self::Role(role) => token.roles.contains(role),
            Self::Plan => token.gold,
            Self::Tenant => p0.is_some() && token.tenant.as_deref() == p0,
            Self::All(parts) => parts.iter().all(|part| part.met(token, meaning, p0)),
            Self::Any(parts) => parts.iter().any(|part| part.met(token, meaning, p0)),
        }
    }
}

/// What scopes imply and roles stand for.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    implied: BTreeMap<u8, BTreeSet<u8>>,
    roles: BTreeMap<u8, BTreeSet<u8>>,
    exclusive: bool,
}

pub(super) fn meaning() -> impl Strategy<Value = Meaning> {
    let implied = prop::collection::btree_map(0_u8..5, prop::collection::btree_set(1_u8..5, 1..3), 0..3);
    let roles = prop::collection::vec(prop::collection::btree_set(0_u8..5, 0..3), 3);
    (implied, roles, any::<bool>()).prop_map(|(implied, roles, exclusive)| {
        let later = implied.into_iter().map(|(from, to)| (from, to.into_iter().filter(|to| *to > from).collect()));
        let implied = later.filter(|(_, to): &(u8, BTreeSet<u8>)| !to.is_empty()).collect();
        Meaning { implied, roles: (0_u8..).zip(roles).collect(), exclusive }
    })
}

impl Meaning {
    pub(super) fn model(&self) -> AccessModel {
        let names = |scopes: &BTreeSet<u8>| scopes.iter().map(|scope| format!("s{scope}")).collect::<Vec<_>>();
        let mut model = AccessModel::builder();
        for (scope, implied) in &self.implied {
            model = model.implies(format!("s{scope}"), names(implied));
        }
        for (role, scopes) in &self.roles {
            model = model.role(format!("r{role}"), names(scopes));
        }
        if self.exclusive {
            model = model.exclusive(["r0", "r1"]);
        }
        model.build().unwrap()
    }

    fn scopes_of(&self, token: &Token) -> BTreeSet<u8> {
        let mut scopes = token.scopes.clone();
        for role in &token.roles {
            scopes.extend(&self.roles[role]);
        }
        loop {
            let more: BTreeSet<u8> =
                scopes.iter().flat_map(|s| self.implied.get(s).into_iter().flatten()).copied().collect();
            if more.is_subset(&scopes) {
                return scopes;
            }
            scopes.extend(more);
        }
    }
}

/// What a caller shows.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) scopes: BTreeSet<u8>,
    objects: Vec<String>,
    roles: BTreeSet<u8>,
    gold: bool,
    tenant: Option<String>,
}

pub(super) fn token() -> impl Strategy<Value = Token> {
    let scopes = prop::collection::btree_set(0_u8..5, 0..4);
    let objects = prop::collection::vec("[abc]", 0..2);
    let roles = prop::collection::btree_set(0_u8..3, 0..3);
    let parts = (scopes, objects, roles, any::<bool>(), prop::option::of("[abc]"));
    parts.prop_map(|(scopes, objects, roles, gold, tenant)| Token { scopes, objects, roles, gold, tenant })
}

impl Token {
    pub(super) fn mint(&self, issuer: &TestIssuer) -> String {
        let scopes = self.scopes.iter().map(|scope| format!("s{scope}"));
        let scopes: Vec<_> = scopes.chain(self.objects.iter().map(|object| format!("o:{object}"))).collect();
        let roles: Vec<_> = self.roles.iter().map(|role| format!("r{role}")).collect();
        let mut mint = issuer.mint().scope(&scopes.join(" ")).claim("roles", json!(roles));
        if self.gold {
            mint = mint.claim("plan", "gold");
        }
        if let Some(tenant) = &self.tenant {
            mint = mint.claim("tenant", tenant.as_str());
        }
        mint.sign()
    }
}

/// A row: patterns as segments, `None` for a parameter.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) methods: Vec<Method>,
    segments: Vec<Option<String>>,
    catch_all: bool,
    ask: Option<Ask>,
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    let methods = prop::sample::subsequence(vec![Method::GET, Method::POST, Method::DELETE], 1..=3);
    let segments = prop::collection::vec(prop::option::of("[ab]"), 1..4);
    (methods, segments, prop::bool::weighted(0.2), prop::option::weighted(0.85, ask()))
        .prop_map(|(methods, segments, catch_all, ask)| Row { methods, segments, catch_all, ask })
}

impl Row {
    fn pattern(&self) -> String {
        let named = |(i, segment): (usize, &Option<String>)| match segment {
            Some(literal) => format!("/{literal}"),
            None => format!("/{{p{i}}}"),
        };
        let mut pattern: String = self.segments.iter().enumerate().map(named).collect();
        if self.catch_all {
            pattern.push_str("/{*rest}");
        }
        pattern
    }

    fn access(&self) -> Access {
        match &self.ask {
            Some(ask) => ask.requirement().into(),
            None => public("for a test").into(),
        }
    }

    pub(super) fn operation(&self) -> Operation {
        Operation::new(Target::http(self.methods.clone(), self.pattern()), self.access())
    }

    /// The same access for a procedure, whose path has no parameters to ask for.
    pub(super) fn procedure(&self, name: &str) -> Option<Operation> {
        let access = self.access();
        let asks = access.requirement().is_some_and(|requirement| !requirement.parameters().is_empty());
        (!asks).then(|| Operation::new(Target::rpc(name), access))
    }

    /// How specific it is for this path, segment by segment; `None` when it does not match.
    fn rank(&self, path: &[&str]) -> Option<Vec<u8>> {
        let enough = if self.catch_all { path.len() > self.segments.len() } else { path.len() == self.segments.len() };
        let fits = self.segments.iter().zip(path).all(|(own, there)| own.as_ref().is_none_or(|own| own == there));
        let rank = || self.segments.iter().map(|segment| u8::from(segment.is_none())).chain([2]).collect();
        (enough && fits).then(rank)
    }

    fn p0<'p>(&self, path: &[&'p str]) -> Option<&'p str> {
        matches!(self.segments.first(), Some(None)).then(|| path.first().copied()).flatten()
    }
}

/// What becomes of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Through,
    Unauthenticated,
    Forbidden,
}

/// What becomes of a request. `rows` are looked through one by one.
pub(super) fn fate(rows: &[Row], meaning: &Meaning, method: &Method, path: &[&str], token: Option<&Token>) -> Fate {
    let on_path = rows.iter().filter_map(|row| Some((row.rank(path)?, row)));
    let best = on_path.clone().map(|(rank, _)| rank).min();
    let of = |method: &Method| {
        let mut best = on_path.clone().filter(|(rank, _)| Some(rank) == best.as_ref());
        best.find(|(_, row)| row.methods.contains(method)).map(|(_, row)| row)
    };
    let row = of(method).or_else(|| (*method == Method::HEAD).then(|| of(&Method::GET)).flatten());
    judge(row, meaning, row.and_then(|row| row.p0(path)), token)
}

pub(super) fn judge(row: Option<&Row>, meaning: &Meaning, p0: Option<&str>, token: Option<&Token>) -> Fate {
    let ask = row.map(|row| &row.ask);
    match (ask, token) {
        (Some(None), _) => Fate::Through,
        (_, None) => Fate::Unauthenticated,
        (_, Some(token)) if meaning.exclusive && token.roles.contains(&0) && token.roles.contains(&1) => {
            Fate::Forbidden
        }
        (None, Some(_)) => Fate::Forbidden,
        (Some(Some(ask)), Some(token)) => {
            if ask.met(token, meaning, p0) {
                Fate::Through
            } else {
                Fate::Forbidden
            }
        }
    }
}
