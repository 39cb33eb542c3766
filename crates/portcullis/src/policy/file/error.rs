//! Why a policy file is refused.

use std::fmt;

use super::place::{Place, visible};

/// A fault of a policy file: the place, the mistake and the repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    file: Option<Box<str>>,
    place: Option<Place>,
    text: Box<str>,
}

impl FileFault {
    pub(super) fn new(file: Option<&str>, place: Option<Place>, text: &str) -> Self {
        let one_line: String = text.chars().map(visible).collect();
        Self { file: file.map(Into::into), place, text: one_line.into() }
    }

    /// The line, from 1; `None` where the file as a whole is at fault.
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.line)
    }

    /// The column, from 1, in characters.
    pub fn column(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.column)
    }

    /// The mistake and the repair.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `policy.toml:12:1: …`, the line, and a mark under the place.
impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        match &self.place {
            Some(place) => write!(f, "{}:{}: {}\n{place}", place.line, place.column, self.text),
            None if self.file.is_some() => write!(f, " {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// Why a policy file is refused: every fault that can be found at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    faults: Vec<FileFault>,
    more: usize,
}

impl FileError {
    pub(super) const fn new(faults: Vec<FileFault>, more: usize) -> Self {
        Self { faults, more }
    }

    pub(super) fn of_file(file: Option<&str>, text: &str) -> Self {
        Self::new(vec![FileFault::new(file, None, text)], 0)
    }

    /// The faults in the order of the file, at least one and 50 at most.
    pub fn faults(&self) -> &[FileFault] {
        &self.faults
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}
