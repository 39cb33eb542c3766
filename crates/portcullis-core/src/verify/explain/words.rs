//! Words for details: values that may come from anywhere, and times.

use std::time::Duration;

use memchr::memmem;

/// How much of a value is shown, in characters.
const MOST: usize = 200;

/// Values that can be shown beside this token.
#[derive(Clone, Copy)]
pub(super) struct Shown<'t> {
    token: &'t [u8],
}

impl<'t> Shown<'t> {
    pub(super) const fn beside(token: &'t [u8]) -> Self {
        Self { token }
    }

    /// A value in backticks: escaped, so that it cannot speak to a terminal, and cut.
    ///
    /// What stands in the token as it was sent, or looks like a token itself, is a credential and not shown: somebody may have
    /// put one into a claim.
    pub(super) fn value(self, value: &str) -> String {
        let bytes = value.as_bytes();
        let is_of_token = |window: &[u8]| memmem::find(self.token, window).is_some();
        if memmem::find(bytes, b"eyJ").is_some() || bytes.windows(8).take(4 * MOST).any(is_of_token) {
            return "(not shown: it looks like a token)".to_owned();
        }
        let (mut shown, mut length) = (String::from("`"), 0);
        for character in value.chars() {
            let escaped = character.escape_debug();
            length += escaped.len();
            if length >= MOST {
                shown.push('…');
                break;
            }
            // A quote is harmless here.
            if matches!(character, '"' | '\'') {
                shown.push(character);
            } else {
                shown.extend(escaped);
            }
        }
        shown.push('`');
        shown
    }

    /// Several values, cut as one.
    pub(super) fn values<'v>(self, values: impl IntoIterator<Item = &'v str>) -> String {
        let values: Vec<&str> = values.into_iter().collect();
        self.value(&values.join(", "))
    }
}

/// A span of time by its two largest units: `4 min 10 s`, `2 d 3 h`.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("min", seconds / 60 % 60), ("s", seconds % 60)];
    let words = units.into_iter().skip_while(|(_, n)| *n == 0).take(2).filter(|(_, n)| *n > 0);
    let words: Vec<String> = words.map(|(unit, n)| format!("{n} {unit}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::{Shown, span};
    use std::time::Duration;

    #[test]
    fn a_value_says_nothing_to_a_terminal_and_is_cut() {
        let shown = Shown::beside(b"aaaa.bbbb.cccc");
        for (name, value, expected) in [
            ("plain", "https://id.test", "`https://id.test`".to_owned()),
            ("colours", "\u{1b}[31mred", r"`\u{1b}[31mred`".to_owned()),
            ("C1 control", "\u{9b}31m", r"`\u{9b}31m`".to_owned()),
            ("a line break", "a\nb\r", r"`a\nb\r`".to_owned()),
            ("right to left", "\u{202e}txet", r"`\u{202e}txet`".to_owned()),
            ("quotes", "it's \"it\"", "`it's \"it\"`".to_owned()),
            ("long", &"é".repeat(1000), format!("`{}…`", "é".repeat(199))),
        ] {
            assert_eq!(shown.value(value), expected, "{name}");
        }
        assert_eq!(shown.values(["a", "b"]), "`a, b`");
        assert!(shown.value(&"\u{1b}".repeat(1000)).chars().count() <= 202);
    }

    #[test]
    fn what_may_be_a_credential_is_not_shown() {
        let shown = Shown::beside(b"abcdefgh0123.ijklmnop.qrstuvwx");
        for (name, value) in [
            ("a segment", "abcdefgh0123"),
            ("a part of one", "xx bcdefgh0 xx"),
            ("another token", "the token eyJhbGciOiJub25lIn0.e30."),
        ] {
            assert_eq!(shown.value(value), "(not shown: it looks like a token)", "{name}");
        }
        assert_eq!(shown.value("abcdefg"), "`abcdefg`");
    }

    #[test]
    fn times_are_told_by_their_two_largest_units() {
        for (seconds, expected) in
            [(0, "0 s"), (59, "59 s"), (250, "4 min 10 s"), (3600, "1 h"), (3601, "1 h"), (90_061, "1 d 1 h")]
        {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }
}
