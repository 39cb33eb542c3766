//! A signing key as a store keeps it.

use std::fmt;

use portcullis_core::{Algorithm, Timestamp};

/// A signing key as a store keeps it. `Debug` does not show the key.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Counts the keys of an issuer, from 1.
    pub generation: u64,
    /// Its name.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The private key, PKCS#8.
    pub pem: String,
    /// From when on it signs, until that of the next one.
    pub sign_from: Timestamp,
}

impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRecord")
            .field("generation", &self.generation)
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("sign_from", &self.sign_from)
            .finish_non_exhaustive()
    }
}
