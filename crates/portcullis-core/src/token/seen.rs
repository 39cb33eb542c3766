//! Members that were seen: how duplicates are found.

use std::collections::HashSet;

use super::json::Malformed;

/// The names of an object so far, in any spelling: they come unescaped. It keeps hashes: two names with one hash count as a
/// duplicate, which errs on the side of refusing, by accident once in 2^64.
#[derive(Default)]
pub(crate) struct Seen {
    /// A bit for each value of the top six bits: most names are new, and it says so at once.
    tops: u64,
    few: [u64; 16],
    count: usize,
    many: Option<HashSet<u64>>,
}

impl Seen {
    /// Takes note of a name; an error when it was there before.
    pub(crate) fn note(&mut self, name: &str) -> Result<(), Malformed> {
        if self.insert(hash(name.as_bytes())) { Ok(()) } else { Err(Malformed) }
    }

    fn insert(&mut self, hash: u64) -> bool {
        let top = 1 << (hash >> 58);
        if self.tops & top != 0 && self.few.iter().take(self.count).any(|seen| *seen == hash) {
            return false;
        }
        self.tops |= top;
        match self.few.get_mut(self.count) {
            Some(free) => {
                *free = hash;
                self.count += 1;
                true
            }
            None => self.many.get_or_insert_with(HashSet::new).insert(hash),
        }
    }
}

/// Fills the place of a member that is known by name; an error when it was there before.
pub(crate) fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Malformed> {
    if place.replace(value).is_none() { Ok(()) } else { Err(Malformed) }
}

/// FNV-1a.
fn hash(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
