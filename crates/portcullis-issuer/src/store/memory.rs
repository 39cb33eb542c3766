//! A store in memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use portcullis_core::Timestamp;

use super::{Store, StoreError, UseMark};
use crate::family::{Ended, Family, FamilyKey, Rotation};
use crate::keys::KeyRecord;

/// A store for tests and tools: all of it goes with the process, families and keys alike. Cheap to clone: clones are one store.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Books>>);

#[derive(Default)]
struct Books {
    families: HashMap<FamilyKey, Family>,
    used: HashMap<UseMark, Timestamp>,
    keys: BTreeMap<u64, KeyRecord>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // Each change is one assignment: a panic in between leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn done<T: Send + 'static>(value: T) -> BoxFuture<'static, Result<T, StoreError>> {
    ready(Ok(value)).boxed()
}

impl Store for MemoryStore {
    fn begin(&self, family: Family, _now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        self.books().families.insert(family.key, family);
        done(())
    }

    fn find(&self, key: FamilyKey) -> BoxFuture<'_, Result<Option<Family>, StoreError>> {
        done(self.books().families.get(&key).cloned())
    }

    fn rotate(&self, rotation: Rotation) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut books = self.books();
        let family = books.families.get_mut(&rotation.key);
        let next = family.as_ref().and_then(|family| rotation.applied_to(family));
        let taken = next.is_some();
        if let (Some(family), Some(next)) = (family, next) {
            *family = next;
        }
        done(taken)
    }

    fn end(&self, key: FamilyKey, ended: Ended) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut books = self.books();
        let family = books.families.get_mut(&key).filter(|family| family.ended.is_none());
        done(family.map(|family| family.ended = Some(ended)).is_some())
    }

    fn end_all(&self, subject: String, ended: Ended) -> BoxFuture<'_, Result<Vec<FamilyKey>, StoreError>> {
        let mut books = self.books();
        let alive = books.families.values_mut().filter(|family| family.subject == subject && family.ended.is_none());
        let keys = alive.map(|family| {
            family.ended = Some(ended);
            family.key
        });
        done(keys.collect())
    }

    fn first_use(&self, mark: UseMark, until: Timestamp, now: Timestamp) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut books = self.books();
        let before = books.used.get(&mark).is_some_and(|until| now <= *until);
        if !before {
            books.used.insert(mark, until);
        }
        done(!before)
    }

    fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyRecord>, StoreError>> {
        done(self.books().keys.values().cloned().collect())
    }

    fn add_key(&self, key: KeyRecord) -> BoxFuture<'_, Result<bool, StoreError>> {
        let mut books = self.books();
        let free = !books.keys.contains_key(&key.generation);
        if free {
            books.keys.insert(key.generation, key);
        }
        done(free)
    }

    fn drop_key(&self, generation: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.books().keys.remove(&generation);
        done(())
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut books = self.books();
        books.families.retain(|_, family| now <= family.forget_after());
        books.used.retain(|_, until| now <= *until);
        done(())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("families", &self.books().families.len()).finish_non_exhaustive()
    }
}
