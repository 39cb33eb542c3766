//! A map by issuer, read without a lock and replaced whole.

use std::collections::HashMap;

use arc_swap::ArcSwap;

/// A small map that is read all the time and changed now and then. What is taken out is dropped as soon as nobody reads it: it
/// may have a task that ends with it.
pub(super) struct ByIssuer<V>(ArcSwap<HashMap<Box<str>, V>>);

impl<V: Clone> ByIssuer<V> {
    pub(super) fn get(&self, issuer: &str) -> Option<V> {
        self.0.load().get(issuer).cloned()
    }

    pub(super) fn values(&self) -> Vec<V> {
        self.0.load().values().cloned().collect()
    }

    pub(super) fn issuers(&self) -> Vec<Box<str>> {
        self.0.load().keys().cloned().collect()
    }

    /// Puts a value in; gives back the one that was there.
    pub(super) fn insert(&self, issuer: &str, value: &V) -> Option<V> {
        let before = self.0.rcu(|map| {
            let mut map = HashMap::clone(map);
            map.insert(issuer.into(), value.clone());
            map
        });
        before.get(issuer).cloned()
    }

    pub(super) fn remove(&self, issuer: &str) -> Option<V> {
        // Most that are to go are not there: nothing is copied for them.
        self.get(issuer)?;
        let before = self.0.rcu(|map| {
            let mut map = HashMap::clone(map);
            map.remove(issuer);
            map
        });
        before.get(issuer).cloned()
    }

    pub(super) fn retain(&self, keep: impl Fn(&V) -> bool) {
        if !self.0.load().values().all(&keep) {
            self.0.rcu(|map| {
                let mut map = HashMap::clone(map);
                map.retain(|_, value| keep(value));
                map
            });
        }
    }
}

impl<V> Default for ByIssuer<V> {
    fn default() -> Self {
        Self(ArcSwap::default())
    }
}
