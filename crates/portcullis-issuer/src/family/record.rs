//! What is kept of a family.

use std::time::Duration;

use portcullis_core::{ScopeSet, Timestamp};

use super::{Authentication, FamilyKey, SecretHash, Seed};

/// A family of refresh tokens, as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// What it is known by.
    pub key: FamilyKey,
    /// `sub`.
    pub subject: String,
    /// The client that it was granted to.
    pub client: String,
    /// The resource that it is for.
    pub resource: String,
    /// What was granted: no access token of the family ever holds more.
    pub scopes: ScopeSet,
    /// How the subject logged in.
    pub authentication: Authentication,
    /// When it ends at last, whatever happens.
    pub ends_at: Timestamp,
    /// The one good token.
    pub current: SecretHash,
    /// Until when the good token has to be used.
    pub idle_until: Timestamp,
    /// The token that was good before.
    pub spent: Option<Spent>,
    /// Set once it has ended.
    pub ended: Option<Ended>,
}

/// The token spent last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// What is kept of it.
    pub hash: SecretHash,
    /// What makes its successor.
    pub seed: Seed,
    /// When it was spent.
    pub at: Timestamp,
}

/// That a family has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

/// Why a family ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// A spent token was presented.
    Reuse,
    /// The client revoked it (RFC 7009), or the application did.
    Revoked,
    /// The subject was found disabled at a refresh.
    Disabled,
}

impl EndReason {
    const ALL: [Self; 3] = [Self::Reuse, Self::Revoked, Self::Disabled];

    /// The name, for stores and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reuse => "reuse",
            Self::Revoked => "revoked",
            Self::Disabled => "disabled",
        }
    }

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// One step of a family: a token is spent, and the next one is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Whose.
    pub key: FamilyKey,
    /// The good token until now. A store takes the step only if it still is.
    pub spent: SecretHash,
    /// The good token from now on.
    pub current: SecretHash,
    /// What made the one of the other.
    pub seed: Seed,
    /// When.
    pub at: Timestamp,
    /// Until when the next one has to be used.
    pub idle_until: Timestamp,
}

impl Rotation {
    /// Takes the step, if the spent token was the good one and the family has not ended: what a store does in one stroke.
    #[must_use]
    pub fn applied_to(&self, family: &Family) -> Option<Family> {
        let good = family.key == self.key && family.current == self.spent && family.ended.is_none();
        good.then(|| Family {
            current: self.current,
            idle_until: self.idle_until,
            spent: Some(Spent { hash: self.spent, seed: self.seed, at: self.at }),
            ..family.clone()
        })
    }
}

/// How long refresh tokens are good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    pub(crate) grace: Duration,
}
