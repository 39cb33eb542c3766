//! The secret of a client, as it is kept.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use base64_simd::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;

use crate::random;

/// The shortest secret, in bytes: a generated one, not a password.
const SHORTEST: usize = 16;

/// What is kept of a client's secret: an Argon2id hash (RFC 9106). `Debug` does not show it.
///
/// ```
/// use portcullis_issuer::{ClientSecret, SecretError};
///
/// // Once, when the client is registered; what goes into the configuration is the hash.
/// let kept = ClientSecret::hash("ahCh3ohW8theish0eeteimaeM")?.to_phc();
/// let secret = ClientSecret::from_phc(&kept)?;
/// assert_eq!(format!("{secret:?}"), "ClientSecret");
///
/// assert_eq!(ClientSecret::hash("letmein").unwrap_err(), SecretError::TooShort);
/// assert_eq!(ClientSecret::from_phc("$2b$12$abcdefghijklmnopqrstuv").unwrap_err(), SecretError::NoPhc);
/// # Ok::<(), SecretError>(())
/// ```
#[derive(Clone)]
pub struct ClientSecret {
    params: Params,
    salt: Box<[u8]>,
    hash: Box<[u8]>,
}

impl ClientSecret {
    /// Hashes a secret with 19 MiB, two passes and one lane. It takes as long as looking at one does: tens of milliseconds.
    ///
    /// # Errors
    /// For a secret of less than 16 bytes, and when there is no randomness or memory.
    pub fn hash(secret: &str) -> Result<Self, SecretError> {
        if secret.len() < SHORTEST {
            return Err(SecretError::TooShort);
        }
        let salt = random::bytes::<16>().map_err(|_| SecretError::Failed)?;
        let mut kept = Self { params: Params::DEFAULT, salt: salt.into(), hash: [0; 32].into() };
        kept.hash = kept.hash_of(secret.as_bytes()).ok_or(SecretError::Failed)?;
        Ok(kept)
    }

    /// From a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$…`.
    ///
    /// # Errors
    /// When it is none, is of another algorithm, so cheap that secrets could be guessed from it (less than 35 MiB passed over, or less than
    /// 7 MiB), or so dear that looking at it were an attack (more than 64 MiB, ten passes or four lanes).
    pub fn from_phc(phc: &str) -> Result<Self, SecretError> {
        let parsed = PasswordHash::new(phc).map_err(|_| SecretError::NoPhc)?;
        if parsed.algorithm.as_str() != "argon2id" || parsed.version != Some(Version::V0x13.into()) {
            return Err(SecretError::OtherAlgorithm);
        }
        let params = Params::try_from(&parsed).map_err(|_| SecretError::NoPhc)?;
        let (memory, passes) = (params.m_cost(), params.t_cost());
        if !params.keyid().is_empty() || !params.data().is_empty() {
            return Err(SecretError::OtherAlgorithm);
        }
        if memory < 7 * 1024 || memory.saturating_mul(passes) < 35 * 1024 {
            return Err(SecretError::TooCheap);
        }
        if memory > 64 * 1024 || passes > 10 || params.p_cost() > 4 {
            return Err(SecretError::TooDear);
        }
        let (salt, hash) = parsed.salt.zip(parsed.hash).ok_or(SecretError::NoPhc)?;
        if salt.len() < 8 || hash.len() < 16 {
            return Err(SecretError::TooCheap);
        }
        Ok(Self { params, salt: salt.as_ref().into(), hash: hash.as_bytes().into() })
    }

    /// The PHC string to keep. It is no secret to live by, but nothing to show around either.
    pub fn to_phc(&self) -> String {
        let (salt, hash) = (STANDARD_NO_PAD.encode_to_string(&self.salt), STANDARD_NO_PAD.encode_to_string(&self.hash));
        let (memory, passes, lanes) = (self.params.m_cost(), self.params.t_cost(), self.params.p_cost());
        format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
    }

    /// For the work that an unknown client costs. Nothing matches it: whoever asks has to refuse anyway.
    pub(crate) fn of_nobody() -> Self {
        Self { params: Params::DEFAULT, salt: [0; 16].into(), hash: [0; 32].into() }
    }

    /// Whether this is the secret. Slow.
    pub(crate) fn is(&self, secret: &[u8]) -> bool {
        self.hash_of(secret).is_some_and(|hash| hash.ct_eq(&self.hash).into())
    }

    fn hash_of(&self, secret: &[u8]) -> Option<Box<[u8]>> {
        let mut hash = vec![0; self.hash.len()];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        argon2.hash_password_into(secret, &self.salt, &mut hash).ok()?;
        Some(hash.into())
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// A secret that can't be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// It could be guessed.
    TooShort,
    /// It is no PHC string with a salt and a hash.
    NoPhc,
    /// It is not Argon2id, version 19.
    OtherAlgorithm,
    /// Secrets could be guessed from the hash.
    TooCheap,
    /// To look at it would cost too much.
    TooDear,
    /// There is no randomness, or no memory.
    Failed,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => {
                "a client secret is generated, and has 16 bytes at least: `openssl rand -hex 32` makes one"
            }
            Self::NoPhc => "this is no PHC string: make one with `ClientSecret::hash` and `to_phc`",
            Self::OtherAlgorithm => "a client secret is kept as Argon2id, version 19: hash it again",
            Self::TooCheap => {
                "secrets could be guessed from this hash: 19 MiB and two passes (`m=19456,t=2,p=1`) are good"
            }
            Self::TooDear => "this hash costs too much to look at: up to 64 MiB, ten passes and four lanes",
            Self::Failed => "there is no randomness, or no memory",
        })
    }
}

impl std::error::Error for SecretError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_and_no_other_is() {
        let kept = ClientSecret::hash("a secret of the tests").unwrap();
        assert_ne!(kept.to_phc(), ClientSecret::hash("a secret of the tests").unwrap().to_phc(), "salted");
        for secret in [&kept, &ClientSecret::from_phc(&kept.to_phc()).unwrap()] {
            assert!(secret.is(b"a secret of the tests"));
            assert!(!secret.is(b"a secret of the testS") && !secret.is(b""));
        }
        assert!(!ClientSecret::of_nobody().is(b"a secret of the tests"));
        assert!(!format!("{kept:?}").contains('$'));
    }

    #[test]
    fn hashes_that_are_too_cheap_too_dear_or_others_are_refused() {
        let (salt, hash) = ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        let phc = |head: &str| ClientSecret::from_phc(&format!("{head}${salt}${hash}")).map(|_| ());
        for (name, head, expected) in [
            ("as we make them", "$argon2id$v=19$m=19456,t=2,p=1", Ok(())),
            ("the least", "$argon2id$v=19$m=7168,t=5,p=1", Ok(())),
            ("the most", "$argon2id$v=19$m=65536,t=10,p=4", Ok(())),
            ("argon2i", "$argon2i$v=19$m=19456,t=2,p=1", Err(SecretError::OtherAlgorithm)),
            ("argon2d", "$argon2d$v=19$m=19456,t=2,p=1", Err(SecretError::OtherAlgorithm)),
            ("version 16", "$argon2id$v=16$m=19456,t=2,p=1", Err(SecretError::OtherAlgorithm)),
            ("no version", "$argon2id$m=19456,t=2,p=1", Err(SecretError::OtherAlgorithm)),
            ("little memory", "$argon2id$v=19$m=4096,t=10,p=1", Err(SecretError::TooCheap)),
            ("one pass", "$argon2id$v=19$m=19456,t=1,p=1", Err(SecretError::TooCheap)),
            ("much memory", "$argon2id$v=19$m=65537,t=2,p=1", Err(SecretError::TooDear)),
            ("many passes", "$argon2id$v=19$m=19456,t=11,p=1", Err(SecretError::TooDear)),
            ("passes that overflow", "$argon2id$v=19$m=19456,t=4294967295,p=1", Err(SecretError::TooDear)),
            ("many lanes", "$argon2id$v=19$m=19456,t=2,p=5", Err(SecretError::TooDear)),
            ("a parameter of its own", "$argon2id$v=19$m=19456,t=2,p=1,x=1", Err(SecretError::NoPhc)),
        ] {
            assert_eq!(phc(head), expected, "{name}");
        }
        for (name, phc) in [
            ("empty", ""),
            ("plain", "a secret of the tests"),
            ("no hash", "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"),
        ] {
            assert_eq!(ClientSecret::from_phc(phc).unwrap_err(), SecretError::NoPhc, "{name}");
        }
    }
}
