//! Keeps the keys at hand up to date with the store.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use portcullis_core::{KeyError, SigningKey, Timestamp};
use tokio::sync::Mutex;

use super::KeyRecord;
use super::config::{FixedKeys, IssuerKeys, KeptKeys, Keys};
use super::ring::{Held, Ring};
use crate::refused::RefusedKind;
use crate::store::{Store, StoreError};

/// How old the copy of the store's keys may be before it is read again: several times while a new key is published ahead.
fn read_again(kept: KeptKeys) -> Duration {
    (kept.publish_ahead / 4).min(Duration::from_secs(30))
}

/// The keys of an issuer.
#[derive(Debug)]
pub(crate) struct Keeper {
    /// `None` for keys that do not change.
    kept: Option<KeptKeys>,
    /// How long a key is published after the next one signs.
    keep: Duration,
    store: Arc<dyn Store>,
    ring: ArcSwapOption<Ring>,
    /// Whoever reads the store; the others go on with what there is.
    reading: Mutex<()>,
}

/// Keys that could not be had.
#[derive(Debug)]
pub(crate) enum KeeperError {
    Key(KeyError),
    Store(StoreError),
}

impl From<KeyError> for KeeperError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<StoreError> for KeeperError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Keeper {
    pub(crate) async fn start(
        keys: IssuerKeys,
        keep: Duration,
        store: Arc<dyn Store>,
        now: Timestamp,
    ) -> Result<Self, KeeperError> {
        let of = |kept| Self { kept, keep, store, ring: ArcSwapOption::empty(), reading: Mutex::new(()) };
        match keys.0 {
            Keys::Fixed(keys) => {
                let keeper = of(None);
                keeper.ring.store(Some(Arc::new(fixed(keys, keep, now)?)));
                Ok(keeper)
            }
            Keys::Kept(kept) => {
                let keeper = of(Some(kept));
                keeper.read(kept, now).await?;
                Ok(keeper)
            }
        }
    }

    /// The keys at hand, which are never older than the store allows.
    pub(crate) async fn ring(&self, now: Timestamp) -> Result<Arc<Ring>, RefusedKind> {
        let Some(kept) = self.kept else { return self.at_hand().ok_or(RefusedKind::KeysUnavailable) };
        if let Some(ring) = self.younger_than(read_again(kept), now) {
            return Ok(ring);
        }
        // One reads; the others go on with what there is, as long as no key can have come to sign that is not in it.
        let usable = self.younger_than(kept.publish_ahead / 2, now);
        let _reading = match (self.reading.try_lock(), usable.clone()) {
            (Ok(reading), _) => reading,
            (Err(_), Some(ring)) => return Ok(ring),
            (Err(_), None) => self.reading.lock().await,
        };
        if let Some(ring) = self.younger_than(read_again(kept), now) {
            return Ok(ring);
        }
        self.read(kept, now).await.or_else(|error| {
            tracing::warn!(?error, "the signing keys cannot be read again");
            usable.ok_or(RefusedKind::KeysUnavailable)
        })
    }

    /// Adds the next key, which signs once everyone has had the time to fetch it. `None` for keys that do not change, and when the next
    /// one is on its way already.
    pub(crate) async fn rotate(&self, now: Timestamp) -> Result<Option<KeyRecord>, KeeperError> {
        let Some(kept) = self.kept else { return Ok(None) };
        let _reading = self.reading.lock().await;
        let ring = self.read(kept, now).await?;
        let Some(newest) = ring.newest().filter(|newest| newest.sign_from <= now) else { return Ok(None) };
        let record = record(kept, newest.generation.saturating_add(1), now.saturating_add(kept.publish_ahead))?;
        let added = self.store.add_key(record.clone()).await?;
        self.read(kept, now).await?;
        Ok(added.then_some(record))
    }

    pub(crate) fn publish_ahead(&self) -> Option<Duration> {
        self.kept.map(|kept| kept.publish_ahead)
    }

    pub(super) fn at_hand(&self) -> Option<Arc<Ring>> {
        self.ring.load_full()
    }

    /// Whether the store may know of keys that are not at hand.
    pub(super) fn may_be_behind(&self, now: Timestamp) -> bool {
        self.kept.is_some_and(|kept| self.younger_than(read_again(kept), now).is_none())
    }

    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<Arc<Ring>> {
        self.at_hand().filter(|ring| now.saturating_since(ring.read_at) < age)
    }

    async fn read(&self, kept: KeptKeys, now: Timestamp) -> Result<Arc<Ring>, KeeperError> {
        let mut records = self.store.keys().await?;
        if let Some(due) = due(kept, &records, now)? {
            // Another instance may have been quicker: then its key is the one.
            self.store.add_key(due).await?;
            records = self.store.keys().await?;
        }
        let held = records.iter().map(Held::of).collect::<Result<Vec<_>, _>>()?;
        let ring = Arc::new(Ring::new(held, self.keep, now)?);
        self.ring.store(Some(Arc::clone(&ring)));
        let done: Vec<u64> = ring.done(now).map(|held| held.generation).collect();
        for generation in done {
            self.store.drop_key(generation).await?;
        }
        Ok(ring)
    }
}

/// The key that is to be made now: the first of all, which nobody can have missed, or the next in turn.
fn due(kept: KeptKeys, records: &[KeyRecord], now: Timestamp) -> Result<Option<KeyRecord>, KeyError> {
    let Some(newest) = records.last() else { return record(kept, 1, now).map(Some) };
    let Some(every) = kept.rotate_every else { return Ok(None) };
    let (turn, earliest) = (newest.sign_from.saturating_add(every), now.saturating_add(kept.publish_ahead));
    if turn <= earliest { record(kept, newest.generation.saturating_add(1), earliest).map(Some) } else { Ok(None) }
}

fn record(kept: KeptKeys, generation: u64, sign_from: Timestamp) -> Result<KeyRecord, KeyError> {
    let key = SigningKey::generate(kept.algorithm)?;
    let (kid, pem) = key.thumbprint().zip(key.to_pem()).ok_or(KeyError::Unsupported)?;
    Ok(KeyRecord { generation, kid, algorithm: kept.algorithm, pem, sign_from })
}

fn fixed(keys: FixedKeys, keep: Duration, now: Timestamp) -> Result<Ring, KeyError> {
    let mut held = vec![Held::new(0, keys.signing, Timestamp::from_secs(0))?];
    for (generation, key) in (1..).zip(keys.published) {
        held.push(Held::new(generation, key, Timestamp::FOREVER)?);
    }
    Ring::new(held, keep, now)
}
