//! The registered claims (RFC 7519 §4.1, RFC 9068 §2.2), borrowed from the payload.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::json::{AnyValue, Seen, Text, once};
use crate::scope::is_scope_token;
use crate::time::Timestamp;

/// The registered claims as they stand. Shapes are checked here; values are for the rules.
#[derive(Default)]
pub(crate) struct RegisteredClaims<'a> {
    pub(crate) iss: Option<Cow<'a, str>>,
    /// Whether one of the expected audiences is named; `None` without the claim.
    pub(crate) aud: Option<bool>,
    pub(crate) exp: Option<Timestamp>,
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) iat: Option<Timestamp>,
    pub(crate) sub: Option<Cow<'a, str>>,
    pub(crate) jti: Option<Cow<'a, str>>,
    pub(crate) client_id: Option<Cow<'a, str>>,
    /// `scope`, as a list separated by spaces. A value that is not a string holds no scope.
    pub(crate) scope: Option<Cow<'a, str>>,
    /// `scp`, likewise; here an array of strings is a list too.
    pub(crate) scp: Option<Cow<'a, str>>,
    /// A confirmation (RFC 7800) is there, whatever it says.
    pub(crate) cnf: bool,
}

impl<'a> RegisteredClaims<'a> {
    /// An error for anything but one JSON object without duplicate members, its registered members of the right shape.
    pub(crate) fn parse(payload: &'a str, audiences: &[Box<str>]) -> Result<Self, serde_json::Error> {
        let mut claims = Self::default();
        let mut json = serde_json::Deserializer::from_str(payload);
        (&mut json).deserialize_map(Members { audiences, claims: &mut claims })?;
        json.end()?;
        Ok(claims)
    }
}

/// Filled in place: the claims are too many to be handed from hand to hand.
struct Members<'e, 'a> {
    audiences: &'e [Box<str>],
    claims: &'e mut RegisteredClaims<'a>,
}

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let claims = self.claims;
        let mut seen = Seen::default();
        while let Some(name) = map.next_key_seed(Text)? {
            match &*name {
                "iss" => once(&mut claims.iss, map.next_value_seed(Text)?)?,
                "aud" => once(&mut claims.aud, map.next_value_seed(Audience(self.audiences))?)?,
                "exp" => once(&mut claims.exp, map.next_value_seed(NumericDate)?)?,
                "nbf" => once(&mut claims.nbf, map.next_value_seed(NumericDate)?)?,
                "iat" => once(&mut claims.iat, map.next_value_seed(NumericDate)?)?,
                "sub" => once(&mut claims.sub, map.next_value_seed(Text)?)?,
                "jti" => once(&mut claims.jti, map.next_value_seed(Text)?)?,
                "client_id" => once(&mut claims.client_id, map.next_value_seed(Text)?)?,
                "scope" => once(&mut claims.scope, map.next_value_seed(ScopeList::TEXT)?)?,
                "scp" => once(&mut claims.scp, map.next_value_seed(ScopeList::WITH_ARRAYS)?)?,
                other => {
                    seen.note(other)?;
                    claims.cnf |= other == "cnf";
                    map.next_value_seed(AnyValue::MEMBER)?;
                }
            }
        }
        Ok(())
    }
}

/// A string or an array of strings; true when an expected one is among them.
struct Audience<'e>(&'e [Box<str>]);

impl Audience<'_> {
    fn expects(&self, audience: &str) -> bool {
        self.0.iter().any(|expected| **expected == *audience)
    }
}

impl<'de> DeserializeSeed<'de> for Audience<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Audience<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E>(self, audience: &str) -> Result<bool, E> {
        Ok(self.expects(audience))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(audience) = items.next_element_seed(Text)? {
            found |= self.expects(&audience);
        }
        Ok(found)
    }
}

/// A finite, non-negative number of seconds since the epoch, fractions included (RFC 7519 §2).
struct NumericDate;

impl<'de> DeserializeSeed<'de> for NumericDate {
    type Value = Timestamp;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Timestamp, D::Error> {
        // Not `any`: with serde_json's feature `arbitrary_precision`, which anyone in the graph can turn on, a fraction
        // would come as a map.
        deserializer.deserialize_f64(self)
    }
}

impl Visitor<'_> for NumericDate {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a finite, non-negative number")
    }

    fn visit_u64<E>(self, seconds: u64) -> Result<Timestamp, E> {
        Ok(Timestamp::from_secs(seconds))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        Timestamp::from_secs_f64(seconds).ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
    }
}

/// A list of scopes: a string separated by spaces and, where that is usual, an array of strings. Entries of an array that
/// are no scope are left out, so that one with a space in it is not taken for two. Anything else holds no scope.
#[derive(Clone, Copy)]
pub(crate) struct ScopeList {
    arrays: bool,
    /// What is no list is checked like any other value.
    other: AnyValue,
}

impl ScopeList {
    /// `scope`.
    const TEXT: Self = Self { arrays: false, other: AnyValue::MEMBER };
    /// `scp`, and wherever configured.
    pub(crate) const WITH_ARRAYS: Self = Self { arrays: true, ..Self::TEXT };
}

impl<'de> DeserializeSeed<'de> for ScopeList {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ScopeList {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of scopes")
    }

    fn visit_borrowed_str<E>(self, list: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(list))
    }

    fn visit_str<E>(self, list: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(list.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        if !self.arrays {
            return self.other.visit_seq(items).map(|()| Cow::Borrowed(""));
        }
        let mut list = String::new();
        let item = Self { arrays: false, other: self.other.deeper()? };
        while let Some(scope) = items.next_element_seed(item)? {
            if is_scope_token(scope.as_bytes()) {
                if !list.is_empty() {
                    list.push(' ');
                }
                list.push_str(&scope);
            }
        }
        Ok(Cow::Owned(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.other.visit_map(map).map(|()| Cow::Borrowed(""))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }
}
