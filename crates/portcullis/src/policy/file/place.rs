//! Places in a text, as an error shows them.

use std::fmt;
use std::ops::Range;

use super::error::{FileError, FileFault};

/// Bytes of the text.
pub(super) type Span = Range<usize>;

/// How many faults are told at once, and how much of a line is shown.
const MOST_FAULTS: usize = 50;
const WIDTH: usize = 120;

/// What is wrong with a text, and where.
#[derive(Default)]
pub(super) struct Report(Vec<(Span, String)>);

impl Report {
    pub(super) fn fault(&mut self, at: Span, text: impl Into<String>) {
        self.0.push((at, text.into()));
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The error, in the order of the text.
    pub(super) fn into_error(mut self, source: &Source<'_>) -> FileError {
        self.0.sort_by_key(|(at, _)| at.start);
        let more = self.0.len().saturating_sub(MOST_FAULTS);
        let told = self.0.into_iter().take(MOST_FAULTS);
        let faults = told.map(|(at, text)| FileFault::new(source.name, Some(source.place(&at)), &text)).collect();
        FileError::new(faults, more)
    }
}

/// A text and the name of its file.
pub(super) struct Source<'t> {
    name: Option<&'t str>,
    text: &'t str,
    /// Where lines begin, the first aside.
    lines: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(super) fn new(name: Option<&'t str>, text: &'t str) -> Self {
        let lines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
        Self { name, text, lines }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at) + 1
    }

    pub(super) fn place(&self, span: &Span) -> Place {
        let line = self.line(span.start);
        let start = line.checked_sub(2).and_then(|before| self.lines.get(before)).copied().unwrap_or(0);
        let text = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let chars = |from: usize, to: usize| text.char_indices().filter(|(at, _)| (from..to).contains(at)).count();
        let (from, to) = (span.start.saturating_sub(start), span.end.saturating_sub(start));
        let (before, marked) = (chars(0, from), chars(from, to).max(1));
        // Of a long line the part around the place.
        let skipped = if before > WIDTH * 2 / 3 { before - WIDTH / 2 } else { 0 };
        let shown = text.chars().skip(skipped).take(WIDTH).map(visible).enumerate();
        let shown: String = shown.map(|(nth, letter)| if nth == 0 && skipped > 0 { '…' } else { letter }).collect();
        let marks = before - skipped..(before - skipped + marked).min(WIDTH);
        Place { line, column: before + 1, shown: shown.into(), marks }
    }
}

/// Neither what moves the cursor nor what changes the direction of the text.
pub(super) fn visible(letter: char) -> char {
    match letter {
        '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// A part of the text in an error: short, and on one line.
pub(super) fn quote(text: &str) -> String {
    let short: String = text.chars().take(60).map(visible).collect();
    let dots = if text.chars().nth(60).is_some() { "…" } else { "" };
    format!("`{short}{dots}`")
}

/// A place, with all that it takes to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    shown: Box<str>,
    marks: Range<usize>,
}

/// The line, and a mark under the place.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, shown, marks, .. } = self;
        let gutter = line.to_string().len();
        writeln!(f, "  {line} | {shown}")?;
        write!(f, "  {:gutter$} | {:before$}{:^<marked$}", "", "", "", before = marks.start, marked = marks.len())
    }
}
