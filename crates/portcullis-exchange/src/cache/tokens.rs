//! The tokens at hand, in the order in which they go stale.

use std::collections::{BTreeMap, HashMap};

use portcullis_core::Timestamp;

use super::Key;
use crate::token::DownscopedToken;

/// No more than so many. The one that goes stale soonest makes room: one that is stale, if there is any.
pub(super) struct Tokens {
    capacity: usize,
    by_key: HashMap<Key, Entry>,
    /// By when it goes stale; the number keeps those of the same moment apart.
    by_time: BTreeMap<(Timestamp, u64), Key>,
    next: u64,
}

struct Entry {
    token: DownscopedToken,
    fresh_until: Timestamp,
    number: u64,
}

impl Tokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, by_key: HashMap::new(), by_time: BTreeMap::new(), next: 0 }
    }

    pub(super) fn get(&mut self, key: &Key, now: Timestamp) -> Option<DownscopedToken> {
        let entry = self.by_key.get(key)?;
        if now < entry.fresh_until {
            return Some(entry.token.clone());
        }
        self.take(key);
        None
    }

    pub(super) fn insert(&mut self, key: Key, token: DownscopedToken, fresh_until: Timestamp) {
        self.take(&key);
        while self.by_key.len() >= self.capacity {
            let Some((_, soonest)) = self.by_time.pop_first() else { return };
            self.by_key.remove(&soonest);
        }
        let number = self.next;
        self.next += 1;
        self.by_time.insert((fresh_until, number), key.clone());
        self.by_key.insert(key, Entry { token, fresh_until, number });
    }

    /// Unless another has taken its place.
    pub(super) fn remove(&mut self, key: &Key, token: &DownscopedToken) {
        if self.by_key.get(key).is_some_and(|entry| entry.token.is(token)) {
            self.take(key);
        }
    }

    fn take(&mut self, key: &Key) {
        if let Some(entry) = self.by_key.remove(key) {
            self.by_time.remove(&(entry.fresh_until, entry.number));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Downscope, SubjectToken};

    fn key(subject: &str) -> Key {
        let asked = Downscope::to("callee").scopes(["a"]).unwrap();
        Key { subject: SubjectToken::bearer(subject).unwrap(), asked: Arc::new(asked) }
    }

    fn token(text: &str) -> DownscopedToken {
        DownscopedToken::new(text, "a".parse().unwrap(), None).unwrap()
    }

    #[test]
    fn what_goes_stale_soonest_makes_room() {
        let at = Timestamp::from_secs;
        let mut tokens = Tokens::new(2);
        tokens.insert(key("one"), token("1"), at(30));
        tokens.insert(key("two"), token("2"), at(20));
        tokens.insert(key("two"), token("2b"), at(40));
        tokens.insert(key("three"), token("3"), at(30));
        assert!(tokens.get(&key("one"), at(1)).is_none());
        assert_eq!(tokens.get(&key("two"), at(39)).unwrap().expose(), "2b");
        assert_eq!(tokens.get(&key("three"), at(29)).unwrap().expose(), "3");
        assert!(tokens.get(&key("three"), at(30)).is_none(), "it is stale");
        assert_eq!((tokens.by_key.len(), tokens.by_time.len()), (1, 1));
    }

    #[test]
    fn only_the_very_token_is_dropped() {
        let mut tokens = Tokens::new(2);
        let (old, new) = (token("1"), token("1"));
        tokens.insert(key("one"), new.clone(), Timestamp::from_secs(9));
        tokens.remove(&key("one"), &old);
        assert!(tokens.get(&key("one"), Timestamp::from_secs(1)).is_some());
        tokens.remove(&key("one"), &new);
        assert!(tokens.get(&key("one"), Timestamp::from_secs(1)).is_none());
        assert!(tokens.by_time.is_empty());
    }
}
