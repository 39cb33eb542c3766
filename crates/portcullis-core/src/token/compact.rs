//! The compact form of a JWS (RFC 7515 §7.1).

use memchr::memchr;

/// The three segments, still encoded.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'a> {
    /// Header, dot, payload: what the signature is over.
    pub(crate) signing_input: &'a [u8],
    pub(crate) header: &'a [u8],
    pub(crate) payload: &'a [u8],
    pub(crate) signature: &'a [u8],
}

impl<'a> Compact<'a> {
    /// `None` unless there are exactly three segments, header and signature not empty.
    pub(crate) fn split(token: &'a [u8]) -> Option<Self> {
        let first = memchr(b'.', token)?;
        let (header, rest) = token.split_at_checked(first)?;
        let rest = rest.get(1..)?;
        let second = memchr(b'.', rest)?;
        let (payload, rest) = rest.split_at_checked(second)?;
        let signature = rest.get(1..)?;
        let empty = header.is_empty() || signature.is_empty();
        if empty || memchr(b'.', signature).is_some() {
            return None;
        }
        let signing_input = token.get(..first + 1 + second)?;
        Some(Self { signing_input, header, payload, signature })
    }
}
