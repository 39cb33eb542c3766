//! Claims of a type of yours.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// Claims that a token has beside those of RFC 9068, from a type of yours: what a service reads as `Claims<C>` is written as one.
///
/// Names that mean something to whoever judges a token are refused, so that a claim can never be mistaken for a right.
#[derive(Clone, Default, PartialEq)]
pub struct CustomClaims(Map<String, Value>);

/// What the issuer sets itself, or what would change who may use the token or what it opens.
const RESERVED: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "client_id",
    "azp",
    "scope",
    "scp",
    "act",
    "may_act",
    "cnf",
    "sid",
    "auth_time",
    "acr",
    "amr",
    "authorization_details",
    "typ",
    "roles",
    "groups",
    "entitlements",
    "permissions",
];

impl CustomClaims {
    /// The fields of a struct or map.
    ///
    /// # Errors
    /// When it does not become a JSON object, or a name is reserved.
    pub fn of<C: Serialize + ?Sized>(claims: &C) -> Result<Self, InvalidClaims> {
        let Ok(Value::Object(claims)) = serde_json::to_value(claims) else { return Err(InvalidClaims::NoObject) };
        match claims.keys().find(|name| RESERVED.contains(&name.as_str())) {
            Some(name) => Err(InvalidClaims::Reserved(name.as_str().into())),
            None => Ok(Self(claims)),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.0
    }
}

/// What is said of a subject stays out of logs.
impl fmt::Debug for CustomClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomClaims").field(&self.0.len()).finish()
    }
}

/// Claims that can't stand in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidClaims {
    /// They are not a JSON object.
    NoObject,
    /// A name of which the issuer alone decides what it says.
    Reserved(Box<str>),
}

impl fmt::Display for InvalidClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObject => f.write_str("claims are a JSON object: give a struct or a map with names of text"),
            Self::Reserved(name) => {
                write!(f, "the claim `{name}` is the issuer's own, or would pass for a right: give it another name")
            }
        }
    }
}

impl std::error::Error for InvalidClaims {}
