//! What a child did, line by line: it outlives the child, as the machine is not what is killed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// A journal to write to.
pub(super) struct Journal(Mutex<File>);

/// What the journal says of a family.
#[derive(Default)]
pub(super) struct Lineage {
    /// The tokens that were handed out, oldest first.
    pub(super) tokens: Vec<String>,
    /// Whether the last of them was presented, and nobody knows what came of it.
    pub(super) pending: bool,
    /// Once its books were checked, which ended it: the token that would be good, had it not ended.
    pub(super) closed: Option<String>,
}

/// All families, by their number.
pub(super) type Families = BTreeMap<usize, Lineage>;

impl Journal {
    pub(super) fn open(path: &Path) -> Self {
        Self(Mutex::new(OpenOptions::new().create(true).append(true).open(path).unwrap()))
    }

    pub(super) fn note(&self, what: &str, family: usize, token: &str) {
        let line = format!("{what} {family} {token}\n");
        self.0.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }
}

/// Cuts off the line that a killed child did not write to its end.
pub(super) fn mend(path: &Path) {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        OpenOptions::new().write(true).open(path).unwrap().set_len(whole as u64).unwrap();
    }
}

/// Reads its whole lines. An error is what a child says that must not be.
pub(super) fn read(path: &Path) -> Result<Families, String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut families = Families::new();
    for line in text[..whole].lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [what, family, token] = parts[..] else { panic!("{line}") };
        let lineage = families.entry(family.parse().unwrap()).or_default();
        match what {
            "grant" | "got" => {
                lineage.tokens.push(token.to_owned());
                lineage.pending = false;
            }
            "present" => {
                assert_eq!(lineage.tokens.last().map(String::as_str), Some(token), "the child presents the last one");
                lineage.pending = true;
            }
            "closed" => lineage.closed = Some(token.to_owned()),
            _ => return Err(format!("family {family}: {what}: {token}")),
        }
    }
    Ok(families)
}
