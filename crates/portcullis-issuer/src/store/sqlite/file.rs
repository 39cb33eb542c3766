//! The file of the database.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// Makes the file if there is none, for its owner alone: SQLite gives the files beside it the same mode.
pub(super) async fn make(path: PathBuf) -> Result<(), StoreError> {
    let made = tokio::task::spawn_blocking(move || open(&path)).await;
    match made {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(StoreError::new(format!("the file cannot be opened: {}", error.kind()))),
        Err(_) => Err(StoreError::new("the file cannot be opened")),
    }
}

fn open(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
