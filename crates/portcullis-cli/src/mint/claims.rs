//! Claims from the command line.

use portcullis_issuer::CustomClaims;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// `name=value`, the value as JSON if it is some, as text otherwise.
pub(super) fn read(claims: &[String]) -> Result<CustomClaims, Failure> {
    let mut named = Map::new();
    for claim in claims {
        let Some((name, value)) = claim.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Failure::new("--claim has no name", "write `--claim tenant=acme`, or `--claim 'level=3'`"));
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        if named.insert(name.to_owned(), value).is_some() {
            return Err(Failure::new("--claim names one claim twice", "leave one of them out"));
        }
    }
    CustomClaims::of(&named).map_err(|error| Failure::new("--claim cannot be minted", error))
}
