//! A local file that somebody else keeps up to date.

use std::path::PathBuf;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_core::KeySet;
use tokio::io::AsyncReadExt;

use super::{LoadError, LoadErrorKind, Origin, Reading};
use crate::http::LONGEST;
use crate::machine::Loaded;

/// A JWKS document in a file. It is read whole each time: modification times are too coarse to tell two writes apart, and
/// notifications do not come from every file system, nor for links that are switched above the file.
pub(crate) struct File {
    path: PathBuf,
    reading: Reading,
    /// What was accepted last.
    known: Option<Vec<u8>>,
}

impl File {
    pub(crate) const fn new(path: PathBuf, reading: Reading) -> Self {
        Self { path, reading, known: None }
    }

    async fn read(&mut self) -> Result<Loaded<KeySet>, LoadError> {
        let bytes = self.bytes().await.map_err(|error| LoadError::of(LoadErrorKind::Unreadable, error))?;
        if bytes.len() > LONGEST {
            return Err(LoadErrorKind::TooLarge.into());
        }
        if self.known.as_ref() == Some(&bytes) {
            return Ok(Loaded { keys: None, lifetime: None });
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| LoadErrorKind::Malformed)?;
        let keys = self.reading.keys(text)?;
        self.known = Some(bytes);
        Ok(Loaded { keys: Some(keys), lifetime: None })
    }

    async fn bytes(&self) -> std::io::Result<Vec<u8>> {
        // Opening a pipe would wait for somebody to write to it.
        if !tokio::fs::metadata(&self.path).await?.is_file() {
            return Err(std::io::Error::other("not a file"));
        }
        let mut bytes = Vec::new();
        tokio::fs::File::open(&self.path).await?.take(LONGEST as u64 + 1).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

impl Origin for File {
    fn load(&mut self) -> BoxFuture<'_, Result<Loaded<KeySet>, LoadError>> {
        self.read().boxed()
    }
}
