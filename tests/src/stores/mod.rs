//! What every store of an issuer promises, as one table of cases that each store runs.

mod families;
mod handles;
mod issuer;
mod keys;
mod marks;
mod model;
mod places;
mod races;
mod sample;
mod sweep;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_issuer::{MemoryStore, Store};

pub use places::{Folder, PostgresDatabase, SqliteFile};

/// A place of its own where a store keeps things: a file, a database, a prefix.
pub trait Place: Send + Sync {
    /// One more handle on what is kept here, with connections of its own.
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>>;

    /// All that is kept here, as the machine keeps it; `None` where that can't be seen.
    fn dump(&self) -> BoxFuture<'_, Option<Vec<u8>>>;
}

type Run = for<'a> fn(&'a dyn Place) -> BoxFuture<'a, ()>;

/// One promise of a store.
pub struct Case {
    /// What is promised.
    pub name: &'static str,
    run: Run,
}

macro_rules! cases {
    ($($name:literal => $case:path;)*) => {
        &[$(Case { name: $name, run: |place| $case(place).boxed() }),*]
    };
}

/// Each wants an empty place.
const CASES: &[Case] = cases! {
    "a family is found as it was begun" => families::found_as_begun;
    "text that a database may not know is kept as it is, or refused" => families::odd_text_is_kept_or_refused;
    "a family that nobody began is none" => families::unknown_is_none;
    "a step is taken from the good token alone, and once" => families::rotates_from_the_good_token_once;
    "a family moves on with every step" => families::keeps_the_token_spent_last;
    "no step is taken after the end" => families::no_step_after_the_end;
    "a family ends once, for the first reason" => families::ends_once;
    "all families of a subject end, and no other" => families::ends_all_of_a_subject;
    "of 64 steps at once one is taken" => races::one_step_of_many;
    "no step is taken once the end was told" => races::no_step_once_the_end_was_told;
    "of 64 ends at once one is the first" => races::one_end_of_many;
    "a mark is used once" => marks::once;
    "a mark is free again after its time" => marks::free_again_after_its_time;
    "of 64 uses of a mark at once one is the first" => races::one_use_of_many;
    "keys come oldest first" => keys::oldest_first;
    "the first key of a generation stays" => keys::the_first_stays;
    "of 64 keys of one generation at once one is kept" => races::one_key_of_many;
    "what is over is forgotten" => sweep::forgets_what_is_over;
    "what is not over is kept" => sweep::keeps_what_is_not_over;
    "two handles are one store" => handles::two_are_one;
    "all is found after opening it again" => handles::found_after_opening_again;
    "instances that start at once agree on a key" => issuer::one_key_for_instances_that_start_at_once;
    "of 64 uses of a refresh token at once one is the good one" => issuer::one_successor;
    "64 uses of a refresh token at once are no excuse without grace" => issuer::one_success_without_grace;
    "nothing that is kept holds a refresh token" => issuer::keeps_no_refresh_token;
};

/// Runs every case in a place of its own, and compares random operations with [`MemoryStore`]. Wants a runtime of several threads.
///
/// # Panics
/// When the store breaks a promise; says all that it broke.
pub async fn conformance<P: Place>(fresh: impl AsyncFn() -> P) {
    let mut broken = Vec::new();
    for case in CASES {
        eprintln!("-- {}", case.name);
        let place = fresh().await;
        if AssertUnwindSafe((case.run)(&place)).catch_unwind().await.is_err() {
            broken.push(case.name);
        }
    }
    assert!(broken.is_empty(), "broken: {broken:#?}");
    model::same_as_memory(fresh).await;
}

/// Memory as a place.
#[derive(Debug, Default)]
pub struct Memory(MemoryStore);

impl Place for Memory {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>> {
        let store: Arc<dyn Store> = Arc::new(self.0.clone());
        std::future::ready(store).boxed()
    }

    fn dump(&self) -> BoxFuture<'_, Option<Vec<u8>>> {
        std::future::ready(None).boxed()
    }
}
