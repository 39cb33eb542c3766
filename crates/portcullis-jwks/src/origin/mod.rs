//! Where keys come from: a JWKS URL, the metadata of an issuer, a file.

mod discovery;
mod error;
mod file;
mod jwks_uri;

use std::fmt;

use futures::future::BoxFuture;
use portcullis_core::{Algorithm, KeySet};

use crate::machine::Loaded;

pub use error::{LoadError, LoadErrorKind};

pub(crate) use discovery::Discovery;
pub(crate) use file::File;
pub(crate) use jwks_uri::JwksUri;

/// Where keys come from. A load that is dropped half-way leaves it fit for another.
pub(crate) trait Origin: Send {
    fn load(&mut self) -> BoxFuture<'_, Result<Loaded<KeySet>, LoadError>>;
}

/// How a document becomes keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) rsa_without_alg: Algorithm,
}

impl Reading {
    fn keys(self, jwks: &str) -> Result<KeySet, LoadError> {
        Ok(KeySet::from_jwks_or(jwks, self.rsa_without_alg)?)
    }
}

impl fmt::Debug for dyn Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}
