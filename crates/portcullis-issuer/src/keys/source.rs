//! The keys for verifiers in the same process.

use std::fmt;
use std::sync::Arc;

use portcullis_core::{Clock, KeySet, KeySource, KeysPending, UnknownKid};

use super::Keeper;

/// The keys of an issuer as a source for verifiers in the same process: no network in between, and no key behind the store.
#[derive(Clone)]
pub struct IssuerKeySource {
    issuer: Arc<str>,
    keeper: Arc<Keeper>,
    clock: Arc<dyn Clock>,
}

impl IssuerKeySource {
    pub(crate) const fn new(issuer: Arc<str>, keeper: Arc<Keeper>, clock: Arc<dyn Clock>) -> Self {
        Self { issuer, keeper, clock }
    }
}

impl KeySource for IssuerKeySource {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.keeper.at_hand().map(|ring| Arc::clone(&ring.set))
    }

    fn unknown_kid(&self, _kid: &str) -> UnknownKid {
        let Ok(now) = self.clock.now() else { return UnknownKid::Unavailable { retry_after: self.retry_after() } };
        if !self.keeper.may_be_behind(now) {
            return UnknownKid::Refuse;
        }
        let keeper = Arc::clone(&self.keeper);
        UnknownKid::Wait(KeysPending::new(async move {
            // What it came to is seen when the key is looked for again.
            keeper.ring(now).await.ok();
        }))
    }

    fn issuer(&self) -> Option<&str> {
        Some(&self.issuer)
    }
}

impl fmt::Debug for IssuerKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerKeySource").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
