//! Headers that were seen on verified tokens.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;

use crate::key::Algorithm;

/// What the rules leave of a header: which key has to have signed, and how.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<&'a str>,
}

/// An issuer puts the same header on all tokens of a key: one that stood on a verified token need not be decoded, parsed and
/// judged again. Only verified tokens get in, and only a few headers, so nobody else can fill it; a header beyond
/// those is read every time. Keys rotate, so now and then room is made for those of today.
pub(super) struct KnownHeaders {
    slots: ArcSwap<Slots>,
    /// Headers of verified tokens that found no room.
    crowded_out: AtomicU32,
}

type Slots = [OnceLock<Known>; 4];

/// How many tokens without room make room.
const PATIENCE: u32 = 1024;

struct Known {
    encoded: Box<[u8]>,
    algorithm: Algorithm,
    kid: Option<Box<str>>,
}

impl KnownHeaders {
    pub(super) fn new() -> Self {
        Self { slots: ArcSwap::default(), crowded_out: AtomicU32::new(0) }
    }

    /// Calls `then` with what is known of a header.
    pub(super) fn with<T>(&self, encoded: &[u8], then: impl FnOnce(Signer<'_>) -> T) -> Option<T> {
        let slots = self.slots.load();
        let known = slots.iter().map_while(OnceLock::get).find(|known| *known.encoded == *encoded)?;
        Some(then(Signer { algorithm: known.algorithm, kid: known.kid.as_deref() }))
    }

    /// Remembers the header of a token whose signature stands.
    pub(super) fn learn(&self, encoded: &[u8], signer: Signer<'_>) {
        // Another thread may have learnt it since we looked.
        if self.with(encoded, |_| ()).is_some() {
            return;
        }
        let slots = self.slots.load();
        if let Some(free) = slots.iter().find(|slot| slot.get().is_none()) {
            // And it may be quicker: the next token tries again.
            let _ = free.set(Known {
                encoded: encoded.into(),
                algorithm: signer.algorithm,
                kid: signer.kid.map(Into::into),
            });
        } else if self.crowded_out.fetch_add(1, Ordering::Relaxed) % PATIENCE == PATIENCE - 1 {
            self.slots.store(Arc::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_keys_that_rotated_away_make_room() {
        let known = KnownHeaders::new();
        let signer = Signer { algorithm: Algorithm::ES256, kid: Some("key") };
        let headers = ["one", "two", "three", "four", "five"].map(str::as_bytes);
        headers.iter().for_each(|header| known.learn(header, signer));
        let is_known = |header: &[u8]| known.with(header, |_| ()).is_some();
        assert_eq!(headers.map(is_known), [true, true, true, true, false]);
        (0..PATIENCE + 1).for_each(|_| known.learn(headers[4], signer));
        assert_eq!(headers.map(is_known), [false, false, false, false, true]);
    }
}
