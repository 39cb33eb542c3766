//! What Redis answers, read without trust: other programs can write to a stream too.

use portcullis_core::Revocation;
use redis::Value;

use crate::Fault;
use crate::entry;

/// The place of an entry in the stream, as Redis writes it: milliseconds of its clock, and a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    /// Before the first entry.
    pub(crate) fn start() -> Self {
        Self("0-0".to_owned())
    }

    pub(crate) fn is_start(&self) -> bool {
        self.0 == "0-0"
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// When it was appended, in milliseconds since the Unix epoch by the clock of Redis.
    pub(crate) fn milliseconds(&self) -> u64 {
        self.0.split('-').next().and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn of(value: &Value) -> Result<Self, Fault> {
        let text = bytes(value).and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.map(|text| Self(text.to_owned())).ok_or(Fault::UnexpectedReply)
    }
}

/// Entries that follow on each other, and the place of the last. `None` is an entry that is none of ours.
pub(crate) struct Chunk {
    pub(crate) entries: Vec<Option<Revocation>>,
    pub(crate) last: Option<Place>,
}

/// The answer of `XRANGE` from a place on, `[entry, …]`: the entries behind it. `None` when the one at that place is not there
/// any more.
pub(crate) fn behind(place: &Place, reply: &Value) -> Result<Option<Chunk>, Fault> {
    let Value::Array(entries) = reply else { return Err(Fault::UnexpectedReply) };
    let entries = match entries.split_first() {
        _ if place.is_start() => entries.as_slice(),
        Some((first, entries)) if place_of(first)? == *place => entries,
        _ => return Ok(None),
    };
    let last = entries.last().map(place_of).transpose()?;
    Ok(Some(Chunk { entries: entries.iter().map(revocation).collect(), last }))
}

fn place_of(entry: &Value) -> Result<Place, Fault> {
    match entry {
        Value::Array(parts) => parts.first().map_or(Err(Fault::UnexpectedReply), Place::of),
        _ => Err(Fault::UnexpectedReply),
    }
}

/// One entry: `[place, [field, value, …]]`.
fn revocation(entry: &Value) -> Option<Revocation> {
    let Value::Array(parts) = entry else { return None };
    let [_, Value::Array(fields)] = parts.as_slice() else { return None };
    let pairs = fields.chunks_exact(2).map(|pair| match pair {
        [field, value] => Some((bytes(field)?, bytes(value)?)),
        _ => None,
    });
    entry::parse(&pairs.collect::<Option<Vec<_>>>()?)
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.as_bytes()),
        _ => None,
    }
}
