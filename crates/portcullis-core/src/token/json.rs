//! Strict JSON: an object, no duplicate members anywhere, bounded depth, nothing after it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Objects and arrays within each other, more than any token of this world has.
const MAX_DEPTH: u8 = 64;

/// Checks a whole document.
pub(crate) fn check_object(text: &str) -> Result<(), serde_json::Error> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            let mut seen = Seen::default();
            while let Some(name) = map.next_key_seed(Text)? {
                seen.note(&name)?;
                map.next_value_seed(AnyValue::MEMBER)?;
            }
            Ok(())
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    (&mut json).deserialize_map(Members)?;
    json.end()
}

/// The members of an object that were seen. It keeps hashes: two names with one hash count as a duplicate, which
/// errs on the side of refusing, once in 2^64.
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
    pub(crate) fn note<E: Error>(&mut self, name: &str) -> Result<(), E> {
        if self.insert(hash(name.as_bytes())) { Ok(()) } else { Err(duplicate()) }
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
pub(crate) fn once<T, E: Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    if place.replace(value).is_none() { Ok(()) } else { Err(duplicate()) }
}

fn duplicate<E: Error>() -> E {
    E::custom("duplicate member")
}

/// FNV-1a.
fn hash(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A string, borrowed from the document unless it has escapes.
pub(crate) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Any value, checked and let go.
#[derive(Clone, Copy)]
pub(crate) struct AnyValue {
    depth: u8,
}

impl AnyValue {
    /// A value of the outermost object.
    pub(crate) const MEMBER: Self = Self { depth: 1 };

    pub(crate) fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth < MAX_DEPTH { Ok(Self { depth: self.depth + 1 }) } else { Err(E::custom("nested too deeply")) }
    }
}

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let item = self.deeper()?;
        while items.next_element_seed(item)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let value = self.deeper()?;
        let mut seen = Seen::default();
        while let Some(name) = map.next_key_seed(Text)? {
            seen.note(&name)?;
            map.next_value_seed(value)?;
        }
        Ok(())
    }
}
