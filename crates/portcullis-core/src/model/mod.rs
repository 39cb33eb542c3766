//! What scopes imply, what roles stand for, and which roles exclude each other.

mod builder;
mod closure;
mod fault;
mod grant;
mod reach;
mod role_facts;
mod wildcard;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

pub use builder::AccessModelBuilder;
pub use fault::{ModelError, ModelFault, ModelPart};

pub(crate) use role_facts::HolderFacts;

use crate::permission::{Answer, Requirement};
use crate::scope::{ScopeSet, Scopes};
use role_facts::DutiesOf;
use wildcard::Wildcard;

/// What scopes imply, what roles stand for, and which roles exclude each other: the meaning that permissions have in one system.
/// An issuer mints by it, a service judges by it ([`Rules::access_model`](crate::Rules::access_model)).
///
/// Nothing is implied unless it is declared here, and nothing goes round in a circle.
///
/// ```
/// use portcullis_core::AccessModel;
///
/// let model = AccessModel::builder()
///     .implies("orders:admin", ["orders:read", "orders:write"])
///     .role("support", ["orders:read"])
///     .role("fulfilment", ["orders:write", "orders:delete"])
///     .separate()                              // no scope in two roles
///     .exclusive(["support", "fulfilment"])    // and nobody has both
///     .build()?;
///
/// assert_eq!(model.scopes_of("support").map(|scopes| scopes.to_string()).as_deref(), Some("orders:read"));
/// assert_eq!(model.conflict(["fulfilment", "support"]), Some(("fulfilment", "support")));
///
/// let circle = AccessModel::builder().implies("a", ["b"]).implies("b", ["a"]).build();
/// assert!(circle.is_err());
/// # Ok::<(), portcullis_core::ModelError>(())
/// ```
#[derive(Clone, Default)]
pub struct AccessModel {
    implies: BTreeMap<Box<str>, ScopeSet>,
    wildcards: Vec<Wildcard>,
    roles: BTreeMap<Box<str>, ScopeSet>,
    separate: bool,
    exclusive: BTreeSet<BTreeSet<Box<str>>>,
    /// For every scope that is mentioned: what else gives it.
    givers: HashMap<Box<str>, Givers>,
}

/// What gives a scope, beside itself.
#[derive(Clone, Default)]
struct Givers {
    scopes: Box<[Box<str>]>,
    roles: Box<[Box<str>]>,
}

impl Givers {
    fn are_held(&self, scopes: Scopes<'_>, roles: &[impl AsRef<str>]) -> bool {
        self.scopes.iter().any(|giver| scopes.contains_token(giver))
            || self.roles.iter().any(|giver| roles.iter().any(|role| role.as_ref() == &**giver))
    }
}

impl AccessModel {
    /// Starts with a model in which every scope is itself alone.
    pub fn builder() -> AccessModelBuilder {
        AccessModelBuilder::default()
    }

    /// Whether it says which roles exclude each other.
    pub fn has_exclusive_roles(&self) -> bool {
        !self.exclusive.is_empty()
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.implies.is_empty() && self.wildcards.is_empty() && self.roles.is_empty()
    }

    /// The roles, by name.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.keys().map(|role| &**role)
    }

    /// The scopes that a role stands for, as declared. [`role_gives`](Self::role_gives) knows those that they imply.
    pub fn scopes_of(&self, role: &str) -> Option<&ScopeSet> {
        self.roles.get(role)
    }

    /// Whether a role gives this scope, directly or by what is implied.
    pub fn role_gives(&self, role: &str, scope: &str) -> bool {
        self.gives(scope, Scopes::of_list(""), &[role])
    }

    /// The declared wildcards, such as `orders:*`.
    pub fn wildcards(&self) -> impl Iterator<Item = &str> {
        self.wildcards.iter().map(Wildcard::as_str)
    }

    /// What is declared to be implied: a scope, and the scopes that it implies.
    pub fn implications(&self) -> impl Iterator<Item = (&str, &ScopeSet)> {
        self.implies.iter().map(|(scope, implied)| (&**scope, implied))
    }

    /// Every scope that is mentioned, and what is implied by it.
    pub fn scopes(&self) -> BTreeSet<&str> {
        self.givers.keys().map(|scope| &**scope).collect()
    }

    /// Whether no scope may be in two roles.
    pub const fn is_separate(&self) -> bool {
        self.separate
    }

    /// The sets of roles that exclude each other.
    pub fn exclusive(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        self.exclusive.iter().map(|set| set.iter().map(|role| &**role))
    }

    /// These scopes and all that they imply, of those that the model mentions.
    #[must_use]
    pub fn expand(&self, scopes: &ScopeSet) -> ScopeSet {
        let none: [&str; 0] = [];
        let implied = self.givers.iter().filter(|(_, givers)| givers.are_held(scopes.as_scopes(), &none));
        scopes.union(&ScopeSet::of(implied.map(|(scope, _)| &**scope)))
    }

    /// Two of these roles that exclude each other, in the order of the list.
    pub fn conflict<'r, R: AsRef<str> + ?Sized + 'r>(
        &self,
        roles: impl IntoIterator<Item = &'r R>,
    ) -> Option<(&'r str, &'r str)> {
        if self.exclusive.is_empty() {
            return None;
        }
        let roles: Vec<&str> = roles.into_iter().map(AsRef::as_ref).collect();
        self.exclusive.iter().find_map(|set| {
            let mut both = roles.iter().filter(|role| set.contains(**role));
            let first = both.next()?;
            both.find(|second| *second != first).map(|second| (*first, *second))
        })
    }

    /// Whether these scopes and roles give a scope that is not among them.
    pub(crate) fn gives(&self, scope: &str, scopes: Scopes<'_>, roles: &[impl AsRef<str>]) -> bool {
        match self.givers.get(scope) {
            Some(givers) => givers.are_held(scopes, roles),
            // Not mentioned anywhere: only a wildcard can give it.
            None => self.wildcards.iter().filter(|wildcard| wildcard.covers(scope)).any(|wildcard| {
                let name = wildcard.as_str();
                scopes.contains_token(name)
                    || self.givers.get(name).is_some_and(|givers| givers.are_held(scopes, roles))
            }),
        }
    }

    /// Whether anybody can meet a requirement without roles that exclude each other.
    pub fn can_be_met(&self, requirement: &Requirement) -> bool {
        self.exclusive.iter().all(|set| {
            let one_of_them = set.iter().map(|role| Some(&**role)).chain([None]);
            one_of_them.into_iter().any(|duty| requirement.judge(&DutiesOf { set, duty }) != Answer::No)
        })
    }
}

/// By what is declared.
impl PartialEq for AccessModel {
    fn eq(&self, other: &Self) -> bool {
        let declared = |model: &Self| (model.separate, model.implies.len(), model.roles.len());
        declared(self) == declared(other)
            && self.implies == other.implies
            && self.wildcards == other.wildcards
            && self.roles == other.roles
            && self.exclusive == other.exclusive
    }
}

impl Eq for AccessModel {}

impl fmt::Debug for AccessModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessModel")
            .field("implies", &self.implies)
            .field("wildcards", &self.wildcards().collect::<Vec<_>>())
            .field("roles", &self.roles)
            .field("separate", &self.separate)
            .field("exclusive", &self.exclusive)
            .finish()
    }
}
