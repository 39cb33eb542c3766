//! Paths that can be read in one way only.
//!
//! A router, a proxy and a handler may each read a path in their own way. What they could disagree on is refused, never
//! normalised: then the path that a policy judged is the path that the handler sees.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Whether a path, as it stands in the request line, can be read in one way only. It cannot with
///
/// - an empty, `.` or `..` segment (`//`, `/./`, `/..`), encoded or not; a slash at the end is no empty segment;
/// - an encoded slash, a backslash or a `;`, encoded or not, behind which some servers read no further;
/// - an escape that is no escape (`%zz`), of a letter, digit, `-`, `_`, `~` or `.`, which has another spelling, of another escape
///   (`%252e`), or of a control character, NUL among them;
/// - bytes that are no UTF-8, escaped or not, or a control character.
pub(super) fn is_unambiguous(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let bytes = rest.as_bytes();
    let (mut segment, mut escapes) = (0, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'/' => {
                if is_odd_segment(bytes.get(segment..at).unwrap_or_default()) {
                    return false;
                }
                segment = at + 1;
            }
            b'%' => {
                if !bytes.get(at + 1..).is_some_and(is_needed_escape) {
                    return false;
                }
                escapes = true;
            }
            b'\\' | b';' | ..=b' ' | 0x7f => return false,
            _ => {}
        }
    }
    let last = bytes.get(segment..).unwrap_or_default();
    // Empty: `/` itself, or a slash at the end, which routers tell from the path without it.
    (last.is_empty() || !is_odd_segment(last)) && (!escapes || percent_decode_str(path).decode_utf8().is_ok())
}

const fn is_odd_segment(segment: &[u8]) -> bool {
    matches!(segment, [] | [b'.'] | [b'.', b'.'])
}

/// Whether these are the digits of an escape that no other spelling has.
fn is_needed_escape(behind: &[u8]) -> bool {
    let (Some(high), Some(low)) = (digit(behind.first()), digit(behind.get(1))) else { return false };
    let byte = (high << 4) | low;
    let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let twice = byte == b'%' && digit(behind.get(2)).is_some() && digit(behind.get(3)).is_some();
    !(unreserved || twice || byte.is_ascii_control() || matches!(byte, b'/' | b'\\' | b';'))
}

fn digit(byte: Option<&u8>) -> Option<u8> {
    char::from(*byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The value of a parameter, decoded as a router decodes it. It was found unambiguous, so it is UTF-8.
pub(super) fn decoded(value: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(value).decode_utf8().ok()
}

/// More than any path of this world has. The matcher cannot name more than 25.
const MOST_PARAMETERS: usize = 16;

/// Likewise.
const MOST_SEGMENTS: usize = 64;

/// What is wrong with a pattern, and what to do.
pub(super) fn flaw(pattern: &str) -> Option<String> {
    if !pattern.starts_with('/') {
        return Some("a path begins with a slash: write `/orders`".into());
    }
    if let Some(segment) = pattern.split('/').find(|segment| segment.starts_with([':', '*'])) {
        let name = segment.get(1..).filter(|name| !name.is_empty()).unwrap_or("name");
        let parameter = if segment.starts_with('*') { format!("{{*{name}}}") } else { format!("{{{name}}}") };
        return Some(format!("`{segment}` is another router's syntax: write `{parameter}`"));
    }
    if pattern.split('/').count() > MOST_SEGMENTS {
        return Some(format!("it has more than {MOST_SEGMENTS} segments: write a shorter one"));
    }
    let names = parameters(pattern);
    if names.len() > MOST_PARAMETERS {
        return Some(format!("it has more than {MOST_PARAMETERS} parameters: split it up"));
    }
    if let Some(twice) = names.iter().enumerate().find(|(i, name)| names.iter().take(*i).any(|other| other == *name)) {
        return Some(format!("two parameters are called `{}`: give each a name of its own", twice.1));
    }
    // With a harmless value for each parameter: what is left is the pattern's own.
    let filled = fill(pattern)?;
    (!is_unambiguous(&filled)).then(|| {
        "no request gets here: paths with empty or dot segments, backslashes, `;`, spaces or needless escapes are refused with 400; \
         write it as a client sends it"
            .into()
    })
}

/// The pattern with `x` for each parameter; `None` when the braces do not match, which the router has its own word for.
fn fill(pattern: &str) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), pattern);
    while let Some((before, from)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
        filled.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            filled.push('x');
            rest = after;
            continue;
        }
        filled.push('x');
        rest = from.strip_prefix('{')?.split_once('}')?.1;
    }
    filled.push_str(rest);
    Some(filled)
}

/// Whether there is another way to spell it.
pub(super) fn is_escaped(path: &str) -> bool {
    path.bytes().any(|byte| byte == b'%' || !byte.is_ascii())
}

/// The pattern as it reads when its escapes are decoded; `None` when that is no text.
pub(super) fn decoded_pattern(pattern: &str) -> Option<String> {
    let (mut decoded_pattern, mut rest) = (String::new(), pattern);
    let literal = |text: &str| Some(decoded(text)?.replace('{', "{{").replace('}', "}}"));
    while let Some((before, from)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
        decoded_pattern.push_str(&literal(before)?);
        // A brace of the path itself is doubled; a parameter stays as it is.
        let length = if from.starts_with("{{") || from.starts_with("}}") { 2 } else { from.find('}')? + 1 };
        let (kept, after) = from.split_at_checked(length)?;
        decoded_pattern.push_str(kept);
        rest = after;
    }
    decoded_pattern.push_str(&literal(rest)?);
    Some(decoded_pattern)
}

/// The names of the parameters, in the order of the pattern.
pub(super) fn parameters(pattern: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), pattern);
    while let Some((_, from)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            rest = after;
            continue;
        }
        let Some((name, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}')) else { break };
        names.push(name.strip_prefix('*').unwrap_or(name));
        rest = after;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{flaw, is_unambiguous, parameters};

    #[test]
    fn a_path_that_can_be_read_in_one_way_passes() {
        for path in [
            "/",
            "/orders",
            "/orders/",
            "/orders/42",
            "/a.b/..c/...",
            "/a%20b",
            "/caf%C3%A9",
            "/x%40y",
            "/100%25",
            "/~me",
        ] {
            assert!(is_unambiguous(path), "{path}");
        }
    }

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_refused() {
        for path in [
            "",
            "*",
            "orders",
            "//",
            "//admin",
            "/a//b",
            "/a//",
            "/.",
            "/..",
            "/./a",
            "/a/..",
            "/a/../b",
            "/%2e",
            "/%2E%2e/a",
            "/.%2e",
            "/a%2fb",
            "/a%2Fb",
            "/a\\b",
            "/a%5cb",
            "/a%00",
            "/a%0a",
            "/a%7f",
            "/a;b",
            "/a;/b",
            "/%61dmin",
            "/a%7Eb",
            "/a%252e",
            "/a%252F",
            "/a%3B",
            "/a%zz",
            "/a%2",
            "/a%",
            "/a%ff",
            "/a%C3",
            "/a b",
            "/a\tb",
        ] {
            assert!(!is_unambiguous(path), "{path}");
        }
    }

    #[test]
    fn a_pattern_that_no_request_can_meet_is_named() {
        let many = "/{a}".repeat(40);
        for pattern in ["orders", "/a//b", "/a/../b", "/a/:id", "/a/*rest", "/a b", "/%61", "/a;b", "/{a}/{a}", &many] {
            assert!(flaw(pattern).is_some(), "{pattern}");
        }
        for pattern in ["/", "/orders/{id}", "/files/{*rest}", "/{a}/x/{b}", "/{{literal}}"] {
            assert_eq!(flaw(pattern), None, "{pattern}");
        }
        assert_eq!(parameters("/t/{tenant}/{{x}}/{*rest}"), ["tenant", "rest"]);
    }
}
