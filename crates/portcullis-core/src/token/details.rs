//! The shape of `authorization_details` (RFC 9396 §2).

use super::json::{Malformed, Reader};
use super::seen::Seen;

/// More than anyone was ever asked to consent to.
const MAX_DETAILS: usize = 64;

/// An array of objects, each with a type. What the types add is theirs to say; what is common to all is checked here.
pub(super) fn check_details(json: &mut Reader<'_>) -> Result<(), Malformed> {
    let mut count = 0;
    json.array(|json| {
        count += 1;
        if count > MAX_DETAILS {
            return Err(Malformed);
        }
        check_detail(json)
    })
}

fn check_detail(json: &mut Reader<'_>) -> Result<(), Malformed> {
    let mut typed = false;
    let mut seen = Seen::default();
    json.object(|json, name| {
        seen.note(&name)?;
        match &*name {
            "type" => {
                typed = !json.string()?.is_empty();
                Ok(())
            }
            "identifier" => json.string().map(drop),
            "locations" | "actions" | "datatypes" | "privileges" => json.array(|json| json.string().map(drop)),
            _ => json.skip(),
        }
    })?;
    if typed { Ok(()) } else { Err(Malformed) }
}
