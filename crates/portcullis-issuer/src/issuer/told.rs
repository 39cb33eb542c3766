//! Of which ends the resource servers know.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::family::FamilyKey;

/// How many are remembered.
const MOST: usize = 1024;

/// The families of which this process has told that they ended: whoever presents their tokens again and again has nobody told again. It
/// is emptied when it is full: being told twice does no harm.
#[derive(Debug, Default)]
pub(super) struct ToldFamilies(Mutex<HashSet<FamilyKey>>);

impl ToldFamilies {
    pub(super) fn contains(&self, key: FamilyKey) -> bool {
        self.keys().contains(&key)
    }

    pub(super) fn note(&self, key: FamilyKey) {
        let mut keys = self.keys();
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(key);
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<FamilyKey>> {
        // Whatever it has lost is told again.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_are_remembered_than_there_may_be() {
        let told = ToldFamilies::default();
        let key = |nth: usize| FamilyKey::from_bytes((nth as u128).to_be_bytes());
        for nth in 0..=MOST {
            told.note(key(nth));
            assert!(told.contains(key(nth)) && told.keys().len() <= MOST, "{nth}");
        }
        assert!(!told.contains(key(0)), "it was emptied");
    }
}
