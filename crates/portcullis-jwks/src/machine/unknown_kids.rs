//! Which unknown `kid`s were seen, and since when.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// A memory with a bound on its size and on its age. Names are kept as keyed hashes: who sends them chooses them, and their
/// length.
#[derive(Debug, Default)]
pub(super) struct UnknownKids {
    first_seen: HashMap<u64, Instant>,
    /// Oldest first.
    order: VecDeque<u64>,
    hasher: RandomState,
}

const CAPACITY: usize = 1024;

/// After this the name may have become real: it is as good as new. Anybody can have a name remembered that is to come, so this
/// is also how long a new key may be refused by it.
const MEMORY: Duration = Duration::from_secs(30);

impl UnknownKids {
    /// When this name was first seen: now, unless it is remembered.
    pub(super) fn first_seen(&mut self, kid: &str, now: Instant) -> Instant {
        self.forget_before(now);
        let hash = self.hasher.hash_one(kid);
        if let Some(first) = self.first_seen.get(&hash) {
            return *first;
        }
        if self.order.len() == CAPACITY {
            self.forget_oldest();
        }
        self.order.push_back(hash);
        self.first_seen.insert(hash, now);
        now
    }

    fn forget_before(&mut self, now: Instant) {
        let is_old =
            |hash| self.first_seen.get(hash).is_none_or(|first| now.saturating_duration_since(*first) > MEMORY);
        let old = self.order.iter().take_while(|hash| is_old(*hash)).count();
        (0..old).for_each(|_| self.forget_oldest());
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.first_seen.remove(&oldest);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_names_is_bounded_and_forgotten() {
        let mut kids = UnknownKids::default();
        let start = Instant::now();
        for number in 0..100_000_u32 {
            kids.first_seen(&number.to_string(), start + Duration::from_micros(number.into()));
        }
        assert_eq!((kids.len(), kids.first_seen.len()), (CAPACITY, CAPACITY));
        let later = start + MEMORY * 2;
        assert_eq!(kids.first_seen("99999", later), later);
        assert_eq!((kids.len(), kids.first_seen.len()), (1, 1));
    }

    #[test]
    fn a_name_is_as_good_as_new_after_half_a_minute() {
        let mut kids = UnknownKids::default();
        let start = Instant::now();
        assert_eq!(kids.first_seen("a", start), start);
        assert_eq!(kids.first_seen("a", start + MEMORY), start);
        let later = start + MEMORY + Duration::from_nanos(1);
        assert_eq!(kids.first_seen("a", later), later);
    }
}
