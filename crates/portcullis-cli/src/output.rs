//! How results are written.

use std::path::Path;

use anstyle::{AnsiColor, Style};
use portcullis::policy::shown::one_line;
use portcullis_core::Outcome;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();

/// The colour of an outcome.
pub(crate) const fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Pass => GOOD,
        Outcome::Fail(_) => BAD,
        Outcome::NotJudged(_) => OPEN,
    }
}

/// The name of a file, on one line.
pub(crate) fn name(path: &Path) -> String {
    one_line(&path.display().to_string())
}

/// Writes a document to stdout, whole: colours only where they are seen.
pub(crate) fn write(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
