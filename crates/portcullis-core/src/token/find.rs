//! One value of a document that was checked before.

use super::json::{Malformed, Reader};

/// Reads what is at the end of a path of names; `None` if there is no such place, or what is there cannot be read so.
pub(crate) fn find<'p, T>(
    document: &'p str,
    path: &[impl AsRef<str>],
    read: impl Fn(&mut Reader<'p>) -> Result<T, Malformed>,
) -> Option<T> {
    let mut found = None;
    // An error ends it, and so does what was looked for: nothing behind it matters.
    let _ = descend(&mut Reader::new(document), path, &read, &mut found);
    found
}

fn descend<'p, T>(
    json: &mut Reader<'p>,
    path: &[impl AsRef<str>],
    read: &impl Fn(&mut Reader<'p>) -> Result<T, Malformed>,
    found: &mut Option<T>,
) -> Result<(), Malformed> {
    let [first, rest @ ..] = path else {
        *found = Some(read(json)?);
        return Err(Malformed);
    };
    json.object(|json, name| if *name == *first.as_ref() { descend(json, rest, read, found) } else { json.skip() })
}
