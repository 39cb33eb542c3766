//! One value of a document that was checked before.

use super::json::{Malformed, Reader};

/// Reads what is at the end of a path of names; `None` if there is no such place, or what is there cannot be read so.
pub(crate) fn find<'p, T>(
    document: &'p str,
    path: &[impl AsRef<str>],
    read: impl Fn(&mut Reader<'p>) -> Result<T, Malformed>,
) -> Option<T> {
    descend(&mut Reader::new(document), path, &read).ok().flatten()
}

fn descend<'p, T>(
    json: &mut Reader<'p>,
    path: &[impl AsRef<str>],
    read: &impl Fn(&mut Reader<'p>) -> Result<T, Malformed>,
) -> Result<Option<T>, Malformed> {
    let [first, rest @ ..] = path else { return read(json).map(Some) };
    let mut found = None;
    json.object(|json, name| {
        if *name == *first.as_ref() {
            found = descend(json, rest, read)?;
            return Ok(());
        }
        json.skip()
    })?;
    Ok(found)
}
