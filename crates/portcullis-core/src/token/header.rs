//! The JOSE header (RFC 7515 §4).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};

use super::json::{AnyValue, Seen, Text, once};

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
    pub(crate) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        let header = (&mut json).deserialize_map(Members)?;
        json.end()?;
        Ok(header)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Header<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut header = Header::default();
        let mut seen = Seen::default();
        while let Some(name) = map.next_key_seed(Text)? {
            let place = match &*name {
                "alg" => &mut header.alg,
                "kid" => &mut header.kid,
                "typ" => &mut header.typ,
                "cty" => &mut header.cty,
                other => {
                    seen.note(other)?;
                    header.changes_meaning |= matches!(other, "crit" | "b64" | "zip" | "enc");
                    map.next_value_seed(AnyValue::MEMBER)?;
                    continue;
                }
            };
            once(place, map.next_value_seed(Text)?)?;
        }
        Ok(header)
    }
}
