//! Strict JSON (RFC 8259), read once from front to back: no duplicate members, bounded depth, nothing after the document.
//!
//! A reader of our own, because this is the request path: it allocates nothing, borrows what it can, and finds duplicate
//! members on the way, which serde_json leaves to the reader of each object. What is rare and intricate, strings with
//! escapes, is left to serde_json. That both agree on what JSON is, is a property test and a fuzz target.

use std::borrow::Cow;

use super::seen::Seen;

/// Objects and arrays within each other, more than any token of this world has.
const MAX_DEPTH: u8 = 64;

/// Not the JSON that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// Checks a whole document: an object.
pub(crate) fn check_object(text: &str) -> Result<()> {
    let mut json = Reader::new(text);
    json.skip_object()?;
    json.end()
}

pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The first byte of the value that comes next; it tells what it is.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// An object: `each` reads the value of each member. Duplicates are for `each` to find.
    pub(crate) fn object(&mut self, mut each: impl FnMut(&mut Self, Cow<'a, str>) -> Result<()>) -> Result<()> {
        self.list(b'{', b'}', |json| {
            let name = json.string()?;
            json.expect(b':')?;
            each(json, name)
        })
    }

    /// An array: `each` reads an item.
    pub(crate) fn array(&mut self, each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.list(b'[', b']', each)
    }

    fn list(&mut self, open: u8, close: u8, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.expect(open)?;
        if self.depth == MAX_DEPTH {
            return Err(Malformed);
        }
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        self.depth += 1;
        loop {
            each(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(end) if end == close => break,
                _ => return Err(Malformed),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// A string, borrowed unless it has escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>> {
        self.expect(b'"')?;
        let start = self.at;
        self.at += self.plain_characters();
        if self.byte() == Some(b'"') {
            self.at += 1;
            return self.text.get(start..self.at - 1).map(Cow::Borrowed).ok_or(Malformed);
        }
        while self.byte().ok_or(Malformed)? != b'"' {
            if self.byte() != Some(b'\\') {
                return Err(Malformed); // a control character
            }
            self.at += 2;
            self.at += self.plain_characters();
        }
        self.at += 1;
        let quoted = self.text.get(start - 1..self.at).ok_or(Malformed)?;
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| Malformed)
    }

    /// How many bytes there are before one that means something in a string.
    fn plain_characters(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20)).unwrap_or(rest.len())
    }

    /// `number = [ minus ] int [ frac ] [ exp ]` (RFC 8259 §6), as it stands. One that no `f64` holds would be read in other ways by
    /// whoever reads the claim: it is refused, as serde_json does.
    pub(crate) fn number(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        let scaled = matches!(self.byte(), Some(b'e' | b'E'));
        if scaled {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let number = self.text.get(start..self.at).ok_or(Malformed)?;
        let may_be_too_large = scaled || number.len() > f64::MAX_10_EXP as usize;
        if may_be_too_large && !number.parse().is_ok_and(f64::is_finite) {
            return Err(Malformed);
        }
        Ok(number)
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed) }
    }

    /// Any value, checked and let go.
    pub(crate) fn skip(&mut self) -> Result<()> {
        match self.peek().ok_or(Malformed)? {
            b'"' => self.string().map(drop),
            b'{' => self.skip_object(),
            b'[' => self.array(Self::skip),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number().map(drop),
        }
    }

    /// What `read` goes over, as it stands.
    pub(crate) fn raw(&mut self, read: impl FnOnce(&mut Self) -> Result<()>) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        read(self)?;
        self.text.get(start..self.at).ok_or(Malformed)
    }

    fn skip_object(&mut self) -> Result<()> {
        let mut seen = Seen::default();
        self.object(|json, name| {
            seen.note(&name)?;
            json.skip()
        })
    }

    fn literal(&mut self, literal: &str) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(literal.as_bytes()) {
            return Err(Malformed);
        }
        self.at += literal.len();
        Ok(())
    }

    /// Nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(Malformed) }
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek() != Some(byte) {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
