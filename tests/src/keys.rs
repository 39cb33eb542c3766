//! A key source that is worked by hand, and counts.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{KeySet, KeySource, KeysPending, UnknownKid};
use tokio::sync::oneshot;

/// A key source that is worked by hand. Clones are the same source.
#[derive(Clone)]
pub struct HandKeys(Arc<Shared>);

struct Shared {
    set: Mutex<Option<Arc<KeySet>>>,
    answer: Mutex<Answer>,
    lookups: AtomicUsize,
    unknown: Mutex<Vec<String>>,
    waits: Mutex<Vec<oneshot::Sender<()>>>,
}

/// What the source says to a `kid` that it doesn't know.
#[derive(Clone, Copy)]
pub enum Answer {
    /// The token is bad.
    Refuse,
    /// New keys are on their way, until [`HandKeys::resolve`].
    Wait,
    /// New keys can't be had for so many milliseconds.
    Unavailable(u64),
}

impl HandKeys {
    /// With the keys of another source, and this answer to what they lack.
    pub fn of(keys: &impl KeySource, answer: Answer) -> Self {
        Self::holding(keys.current(), answer)
    }

    /// With no keys at all yet.
    pub fn none(answer: Answer) -> Self {
        Self::holding(None, answer)
    }

    fn holding(set: Option<Arc<KeySet>>, answer: Answer) -> Self {
        Self(Arc::new(Shared {
            set: Mutex::new(set),
            answer: Mutex::new(answer),
            lookups: AtomicUsize::new(0),
            unknown: Mutex::default(),
            waits: Mutex::default(),
        }))
    }

    /// From now on it holds the keys of this source.
    pub fn put(&self, keys: &impl KeySource) {
        *self.0.set.lock().unwrap() = keys.current();
    }

    /// From now on it answers so.
    pub fn answer(&self, answer: Answer) {
        *self.0.answer.lock().unwrap() = answer;
    }

    /// Ends every wait, whether there are new keys or not; says how many somebody still waited for.
    pub fn resolve(&self) -> usize {
        let waits = std::mem::take(&mut *self.0.waits.lock().unwrap());
        waits.into_iter().filter_map(|wait| wait.send(()).ok()).count()
    }

    /// How many waits somebody still waits for.
    pub fn waiting(&self) -> usize {
        self.0.waits.lock().unwrap().iter().filter(|wait| !wait.is_closed()).count()
    }

    /// How often the keys were asked for: once per verification.
    pub fn lookups(&self) -> usize {
        self.0.lookups.load(Ordering::SeqCst)
    }

    /// Every unknown `kid` that it was asked about.
    pub fn unknown(&self) -> Vec<String> {
        self.0.unknown.lock().unwrap().clone()
    }
}

impl fmt::Debug for HandKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandKeys").finish_non_exhaustive()
    }
}

impl KeySource for HandKeys {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.0.lookups.fetch_add(1, Ordering::SeqCst);
        self.0.set.lock().unwrap().clone()
    }

    fn unknown_kid(&self, kid: &str) -> UnknownKid {
        self.0.unknown.lock().unwrap().push(kid.to_owned());
        match *self.0.answer.lock().unwrap() {
            Answer::Refuse => UnknownKid::Refuse,
            Answer::Wait => {
                let (resolve, resolved) = oneshot::channel();
                self.0.waits.lock().unwrap().push(resolve);
                UnknownKid::Wait(KeysPending::new(async { drop(resolved.await) }))
            }
            Answer::Unavailable(millis) => UnknownKid::Unavailable { retry_after: Duration::from_millis(millis) },
        }
    }
}
