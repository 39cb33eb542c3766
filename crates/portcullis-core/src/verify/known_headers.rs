//! Headers that were seen on verified tokens.

use std::sync::OnceLock;

use crate::key::Algorithm;

/// What the rules leave of a header: which key has to have signed, and how.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<&'a str>,
}

/// An issuer puts the same header on all tokens of a key: one that stood on a verified token need not be decoded, parsed and
/// judged again. Only verified tokens get in, and only a few headers, so nobody else can fill it; a header beyond
/// those is read every time. There is room for a year of keys that rotate every month.
pub(super) struct KnownHeaders([OnceLock<Known>; 16]);

struct Known {
    encoded: Box<[u8]>,
    algorithm: Algorithm,
    kid: Option<Box<str>>,
}

impl KnownHeaders {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; 16])
    }

    pub(super) fn find(&self, encoded: &[u8]) -> Option<Signer<'_>> {
        let known = self.0.iter().map_while(OnceLock::get).find(|known| *known.encoded == *encoded)?;
        Some(Signer { algorithm: known.algorithm, kid: known.kid.as_deref() })
    }

    /// Remembers the header of a token whose signature stands.
    pub(super) fn learn(&self, encoded: &[u8], signer: Signer<'_>) {
        // Another thread may have learnt it since we looked.
        if self.find(encoded).is_some() {
            return;
        }
        if let Some(free) = self.0.iter().find(|slot| slot.get().is_none()) {
            // And it may be quicker: the next token tries again.
            let _ = free.set(Known {
                encoded: encoded.into(),
                algorithm: signer.algorithm,
                kid: signer.kid.map(Into::into),
            });
        }
    }
}
