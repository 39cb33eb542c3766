//! A list in memory.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use papaya::{Compute, Equivalent, HashMap, Operation};

use super::entry::{By, Name, Revocation};
use super::{Revocable, Revocations, Standing};
use crate::time::{Clock, SystemClock, Timestamp};

/// What is revoked, in the memory of this process. Clones are the same list.
///
/// An entry goes when the last token that it could mean has ended, leeway included: the list is as long as what was revoked
/// within one lifetime.
///
/// ```
/// use portcullis_core::{MemoryRevocations, Revocable, Revocation, Revocations, Standing, Timestamp};
///
/// let revoked = MemoryRevocations::new();
/// let demoted_at = Timestamp::from_secs(4_000_000_000);
/// let an_hour_later = Timestamp::from_secs(4_000_003_600);
/// revoked.revoke(Revocation::of_subject("https://id.test", "alice", demoted_at, an_hour_later));
///
/// let mut token = Revocable::new("https://id.test", Timestamp::from_secs(3_999_999_999));
/// token.subject = Some("alice");
/// assert_eq!(revoked.standing(&token), Standing::Revoked);
/// token.issued_at = demoted_at; // she logged in again
/// assert_eq!(revoked.standing(&token), Standing::Good);
/// ```
#[derive(Clone)]
pub struct MemoryRevocations(Arc<List>);

struct List {
    entries: HashMap<Name, Entry>,
    clock: Box<dyn Clock>,
    /// When the list has grown to this, it is swept: work that every entry pays a constant share of.
    sweep_at: AtomicUsize,
}

#[derive(Clone, Copy)]
struct Entry {
    issued_before: Timestamp,
    until: Timestamp,
}

const SMALLEST_SWEEP: usize = 1024;

impl MemoryRevocations {
    /// An empty list.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty list that sweeps by another clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        let sweep_at = AtomicUsize::new(SMALLEST_SWEEP);
        Self(Arc::new(List { entries: HashMap::new(), clock: Box::new(clock), sweep_at }))
    }

    /// Adds an entry. Of two for one name the later moments hold.
    pub fn revoke(&self, revocation: Revocation) {
        let (name, until, issued_before) = revocation.into_parts();
        let entries = self.0.entries.pin();
        let _: Compute<'_, _, _, ()> = entries.compute(name, |known| {
            let known = known.map(|(_, entry)| *entry);
            Operation::Insert(Entry {
                issued_before: known.map_or(issued_before, |entry| entry.issued_before.max(issued_before)),
                until: known.map_or(until, |entry| entry.until.max(until)),
            })
        });
        if entries.len() >= self.0.sweep_at.load(Ordering::Relaxed) {
            self.sweep();
            self.0.sweep_at.store(SMALLEST_SWEEP.max(2 * entries.len()), Ordering::Relaxed);
        }
    }

    /// Drops the entries that no living token can meet. It happens by itself as the list grows; a clock that fails drops
    /// nothing.
    pub fn sweep(&self) {
        let Ok(now) = self.0.clock.now() else { return };
        self.0.entries.pin().retain(|_, entry| entry.until.saturating_add(Revocation::LEEWAY) >= now);
    }

    /// All entries, in no order, those that the next [`sweep`](Self::sweep) drops among them: what a list that is shared
    /// hands on.
    pub fn entries(&self) -> Vec<Revocation> {
        let entries = self.0.entries.pin();
        let listed = entries.iter().map(|(name, entry)| (name.clone(), *entry));
        listed.map(|(name, entry)| Revocation::from_parts(name, entry.until, entry.issued_before)).collect()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }
}

impl Default for MemoryRevocations {
    fn default() -> Self {
        Self::new()
    }
}

impl Revocations for MemoryRevocations {
    fn standing(&self, token: &Revocable<'_>) -> Standing {
        let entries = self.0.entries.pin();
        let names = [(By::Token, token.token_id), (By::Session, token.session_id), (By::Subject, token.subject)];
        let is_meant = |(by, value): (By, Option<&str>)| {
            let found = value.and_then(|value| entries.get(&Borrowed { by, issuer: token.issuer, value }));
            found.is_some_and(|entry| token.issued_at < entry.issued_before)
        };
        if names.into_iter().any(is_meant) { Standing::Revoked } else { Standing::Good }
    }
}

/// A [`Name`] that is looked for, without a copy of it.
struct Borrowed<'a> {
    by: By,
    issuer: &'a str,
    value: &'a str,
}

impl Hash for Borrowed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As derived for `Name`: a `Box<str>` hashes as its text.
        (self.by, self.issuer, self.value).hash(state);
    }
}

impl Equivalent<Name> for Borrowed<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        self.by == name.by && *self.issuer == *name.issuer && *self.value == *name.value
    }
}

impl fmt::Debug for MemoryRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRevocations").field("entries", &self.len()).finish_non_exhaustive()
    }
}
