//! The JOSE header (RFC 7515 §4).

use std::borrow::Cow;

use super::json::{Malformed, Reader};
use super::seen::{Seen, once};

/// What a header says, as far as verifying needs it.
#[derive(Default)]
pub(crate) struct Header<'a> {
    pub(crate) alg: Option<Cow<'a, str>>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Option<Cow<'a, str>>,
    pub(crate) cty: Option<Cow<'a, str>>,
    /// A member is there that changes what the token means: `crit`, `b64`, `zip`, `enc`.
    pub(crate) changes_meaning: bool,
}

impl<'a> Header<'a> {
    /// An error for anything but one JSON object without duplicate members, its registered members strings.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut header = Self::default();
        let mut seen = Seen::default();
        let mut json = Reader::new(text);
        json.object(|json, name| match &*name {
            "alg" => once(&mut header.alg, json.string()?),
            "kid" => once(&mut header.kid, json.string()?),
            "typ" => once(&mut header.typ, json.string()?),
            "cty" => once(&mut header.cty, json.string()?),
            other => {
                seen.note(other)?;
                header.changes_meaning |= matches!(other, "crit" | "b64" | "zip" | "enc");
                json.skip()
            }
        })?;
        json.end()?;
        Ok(header)
    }
}
