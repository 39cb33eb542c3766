//! Refresh tokens and what is kept of them.

use std::fmt;

use base64_simd::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::random;
use crate::refused::Refused;

/// What begins a refresh token, so that scanners for leaked secrets know one.
const PREFIX: &str = "prt_";
const NAME: usize = 16;
const SECRET: usize = 32;

/// A refresh token, as a client holds it: opaque. `Debug` does not show it.
///
/// ```
/// use portcullis_issuer::RefreshToken;
///
/// let presented = RefreshToken::from("whatever a client sends".to_owned());
/// assert_eq!(format!("{presented:?}"), "RefreshToken");
/// ```
#[derive(Clone)]
pub struct RefreshToken(String);

impl RefreshToken {
    /// As it goes to the client, and nowhere else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RefreshToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken")
    }
}

macro_rules! bytes {
    ($(#[doc = $doc:literal])* $name:ident, $length:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy)]
        pub struct $name([u8; $length]);

        impl $name {
            /// From what a store kept.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// For a store to keep.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = std::array::TryFromSliceError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                bytes.try_into().map(Self)
            }
        }

        /// In constant time.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

bytes! {
    /// What a store knows a family by: a hash of its name and that of its issuer. The name itself is in its refresh tokens alone.
    FamilyKey, NAME
}

bytes! {
    /// What a store keeps of a refresh token.
    SecretHash, 32
}

bytes! {
    /// What makes the successor of a refresh token, together with that token.
    Seed, SECRET
}

impl std::hash::Hash for FamilyKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl FamilyKey {
    /// `sid`: by which the access tokens of the family can be told, and revoked. It is not what refresh tokens name.
    pub fn session_id(&self) -> String {
        URL_SAFE_NO_PAD.encode_to_string(self.0)
    }

    /// The family of a `sid`.
    pub(crate) fn of_session(session_id: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode_to_vec(session_id).ok()?;
        Self::try_from(&*bytes).ok()
    }
}

/// A refresh token taken apart.
pub(crate) struct Presented {
    name: [u8; NAME],
    secret: [u8; SECRET],
}

impl Presented {
    /// The first token of a new family.
    pub(crate) fn generate() -> Result<Self, Refused> {
        Ok(Self { name: random::bytes()?, secret: random::bytes()? })
    }

    /// `None` for what never was a refresh token.
    pub(crate) fn parse(token: &RefreshToken) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode_to_vec(token.0.strip_prefix(PREFIX)?).ok()?;
        let (name, secret) = bytes.split_at_checked(NAME)?;
        Some(Self { name: name.try_into().ok()?, secret: secret.try_into().ok()? })
    }

    pub(crate) fn token(&self) -> RefreshToken {
        let bytes = [&self.name[..], &self.secret[..]].concat();
        RefreshToken(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode_to_string(bytes)))
    }

    /// Of an issuer of this name: another one that keeps its families in the same place finds none of them.
    pub(crate) fn family(&self, issuer: &str) -> FamilyKey {
        let hash = Sha256::new().chain_update(b"portcullis refresh family\0").chain_update(self.name);
        // The name of the family has a fixed length: no two pairs are one.
        let hash = hash.chain_update(issuer).finalize();
        let mut key = [0; NAME];
        key.iter_mut().zip(hash).for_each(|(key, hash)| *key = hash);
        FamilyKey(key)
    }

    pub(crate) fn hash(&self) -> SecretHash {
        let hash = Sha256::new().chain_update(b"portcullis refresh secret\0").chain_update(self.name);
        SecretHash(hash.chain_update(self.secret).finalize().into())
    }

    /// The token that comes after this one.
    pub(crate) fn successor(&self, seed: &Seed) -> Option<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(b"portcullis refresh successor\0");
        mac.update(&seed.0);
        Some(Self { name: self.name, secret: mac.finalize().into_bytes().into() })
    }
}

impl Seed {
    pub(crate) fn generate() -> Result<Self, Refused> {
        random::bytes().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_its_hashes_say_nothing_of_it() {
        let first = Presented::generate().unwrap();
        let token = first.token();
        let read = Presented::parse(&token).unwrap();
        let family = |presented: &Presented| presented.family("https://id.test");
        assert!(family(&read) == family(&first) && read.hash() == first.hash());
        assert_eq!(token.as_str().len(), 4 + 64);
        let second = Presented::generate().unwrap();
        assert!(family(&second) != family(&first) && second.hash() != first.hash());
        assert!(first.family("https://other.test") != family(&first), "each issuer has its own");
        assert!(FamilyKey::of_session(&family(&first).session_id()) == Some(family(&first)));
    }

    #[test]
    fn a_successor_needs_both_the_spent_token_and_the_seed() {
        let (spent, other) = (Presented::generate().unwrap(), Presented::generate().unwrap());
        let (seed, other_seed) = (Seed::generate().unwrap(), Seed::generate().unwrap());
        let successor = spent.successor(&seed).unwrap();
        assert!(successor.family("https://id.test") == spent.family("https://id.test"), "one family");
        assert!(successor.hash() == spent.successor(&seed).unwrap().hash(), "the same one again");
        assert!(successor.hash() != spent.successor(&other_seed).unwrap().hash());
        assert!(successor.hash() != other.successor(&seed).unwrap().hash());
        assert!(successor.hash() != spent.hash());
    }

    #[test]
    fn what_never_was_a_refresh_token_is_none() {
        let good = Presented::generate().unwrap().token().as_str().to_owned();
        for (name, bad) in [
            ("empty", String::new()),
            ("the prefix alone", "prt_".into()),
            ("no prefix", good.replacen("prt_", "", 1)),
            ("too short", good.chars().take(67).collect()),
            ("too long", format!("{good}A")),
            ("four bytes more", format!("{good}AAAAAA")),
            ("padded", format!("{good}=")),
            ("another alphabet", good.chars().take(66).chain("+/".chars()).collect()),
            ("an access token", "eyJhbGciOiJFUzI1NiJ9.e30.AA".into()),
            ("not ASCII", "prt_ü".into()),
        ] {
            assert!(Presented::parse(&RefreshToken(bad)).is_none(), "{name}");
        }
    }
}
