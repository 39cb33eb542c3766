//! The keys of `--jwks`.

use std::time::Duration;

use portcullis_core::{KeySource, StaticKeys};
use portcullis_jwks::RemoteKeys;

use crate::failure::Failure;

/// How long somebody waits for keys.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keys of a JWKS document in a file or at a URL.
pub(crate) async fn at(place: &str) -> Result<Box<dyn KeySource>, Failure> {
    if !place.contains("://") {
        return in_file(place).map(|keys| Box::new(keys) as _);
    }
    let keys = RemoteKeys::at(place)
        .start()
        .map_err(|error| Failure::new(error, "give --jwks the `jwks_uri` of the issuer, as its metadata has it"))?;
    keys.ready(PATIENCE).await.map_err(|late| {
        Failure::new(late, "see whether the URL can be had from here, or give --jwks a file with its document")
    })?;
    Ok(Box::new(keys))
}

fn in_file(place: &str) -> Result<StaticKeys, Failure> {
    let repair = "give --jwks the document at the `jwks_uri` of the issuer, as it stands";
    let jwks = std::fs::read_to_string(place)
        .map_err(|error| Failure::new(format!("cannot read {place} ({error})"), repair))?;
    StaticKeys::from_jwks(&jwks).map_err(|error| Failure::new(format!("{place}: {error}"), repair))
}
