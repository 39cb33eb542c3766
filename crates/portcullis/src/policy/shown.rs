//! Names as they are shown: they may hold anything.

use std::fmt::Write;

/// Text without what moves the cursor or turns the direction of a terminal: it is written out, so a line stays a line.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.chars() {
        if is_unseen(char) { line.extend(char.escape_default()) } else { line.push(char) }
    }
    line
}

/// Text of JSON whose strings may hold the same: it is written out, and they stay the same strings.
#[must_use]
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if char != '\n' && is_unseen(char) {
            // Writing to a string cannot fail; all of them have four digits.
            let _ = write!(shown, "\\u{:04x}", u32::from(char));
        } else {
            shown.push(char);
        }
    }
    shown
}

/// Text as it reads in Markdown, in a table and outside.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in one_line(text).chars() {
        if matches!(char, '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '#') {
            shown.push('\\');
        }
        shown.push(char);
    }
    shown
}

/// Control characters, separators of lines, and those that turn the direction of text.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}
