//! A local file that somebody else keeps up to date.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_core::KeySet;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{LoadError, LoadErrorKind, Origin, Reading};
use crate::http::LONGEST;
use crate::machine::Loaded;

/// A JWKS document in a file. It is read whole each time: modification times are too coarse to tell two writes apart, and
/// notifications do not come from every file system, nor for links that are switched above the file.
pub(crate) struct File {
    path: Arc<Path>,
    reading: Reading,
    /// What was accepted last.
    known: Option<Vec<u8>>,
    /// A file system that hangs is asked once: the next load waits for the same answer.
    under_way: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl File {
    pub(crate) fn new(path: PathBuf, reading: Reading) -> Self {
        Self { path: path.into(), reading, known: None, under_way: None }
    }

    async fn fetch(&mut self) -> Result<Loaded<KeySet>, LoadError> {
        let path = Arc::clone(&self.path);
        let read = self.under_way.get_or_insert_with(|| spawn_blocking(move || read(&path))).await;
        self.under_way = None;
        let bytes = read.unwrap_or_else(|gone| Err(io::Error::other(gone)));
        let bytes = bytes.map_err(|error| LoadError::of(LoadErrorKind::Unreadable, error))?;
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
}

/// No more than one byte too many.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for somebody to write to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Origin for File {
    fn load(&mut self) -> BoxFuture<'_, Result<Loaded<KeySet>, LoadError>> {
        self.fetch().boxed()
    }
}
