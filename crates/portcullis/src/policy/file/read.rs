//! Reading files, bounded.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::io::{Read, Result};
use std::path::Path;

/// The text of a file of so many bytes at most.
pub(super) fn read_text(path: &Path, longest: u64) -> Result<String> {
    // Opening a pipe would wait for somebody to write to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Err(Error::new(ErrorKind::FileTooLarge, too_long(longest)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::new(ErrorKind::InvalidData, format!("it is not UTF-8 in line {line}: save it as UTF-8"))
    })
}

/// What to say of a text that is longer.
pub(super) fn too_long(longest: u64) -> String {
    format!("it has over {} KiB, more than it can need: is it the right file?", longest / 1024)
}
