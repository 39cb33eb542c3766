//! The steps to an issuer: each asks for what none can do without.

use std::sync::Arc;

use super::{IssuerBuilder, ResourceServer};
use crate::entitlements::Entitlements;
use crate::keys::IssuerKeys;
use crate::store::Store;

/// An issuer that wants to know whom its tokens are for.
#[derive(Debug)]
#[must_use = "an issuer is made by `resource`, `keys`, `entitlements`, `store` and `build`"]
pub struct NeedsResource {
    name: String,
}

impl NeedsResource {
    pub(super) const fn new(name: String) -> Self {
        Self { name }
    }

    /// The resource server that tokens are for, by its exact `aud`; more of them with [`IssuerBuilder::resource`].
    pub fn resource(self, resource: impl Into<ResourceServer>) -> NeedsKeys {
        NeedsKeys { name: self.name, resource: resource.into() }
    }
}

/// An issuer that wants to know what to sign with.
#[derive(Debug)]
#[must_use = "an issuer is made by `resource`, `keys`, `entitlements`, `store` and `build`"]
pub struct NeedsKeys {
    name: String,
    resource: ResourceServer,
}

impl NeedsKeys {
    /// What it signs with: a [`SigningKey`](portcullis_core::SigningKey), [`FixedKeys`](crate::FixedKeys), or
    /// [`KeptKeys`](crate::KeptKeys), which it makes itself.
    pub fn keys(self, keys: impl Into<IssuerKeys>) -> NeedsEntitlements {
        NeedsEntitlements { name: self.name, resource: self.resource, keys: keys.into() }
    }
}

/// An issuer that wants to know who may do what.
#[derive(Debug)]
#[must_use = "an issuer is made by `resource`, `keys`, `entitlements`, `store` and `build`"]
pub struct NeedsEntitlements {
    name: String,
    resource: ResourceServer,
    keys: IssuerKeys,
}

impl NeedsEntitlements {
    /// Who may do what now.
    pub fn entitlements(self, entitlements: impl Entitlements) -> NeedsStore {
        let Self { name, resource, keys } = self;
        NeedsStore { name, resource, keys, entitlements: Arc::new(entitlements) }
    }
}

/// An issuer that wants to know where to keep what it has to remember.
#[derive(Debug)]
#[must_use = "an issuer is made by `resource`, `keys`, `entitlements`, `store` and `build`"]
pub struct NeedsStore {
    name: String,
    resource: ResourceServer,
    keys: IssuerKeys,
    entitlements: Arc<dyn Entitlements>,
}

impl NeedsStore {
    /// Where families and keys are kept.
    pub fn store(self, store: impl Store) -> IssuerBuilder {
        let Self { name, resource, keys, entitlements } = self;
        IssuerBuilder::new(name, resource, keys, entitlements, Arc::new(store))
    }
}
