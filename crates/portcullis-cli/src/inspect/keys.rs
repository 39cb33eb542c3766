//! Keys, from files and URLs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{KeySource, StaticKeys};
use portcullis_jwks::{BuiltIn, RemoteKeys, RemoteKeysBuilder};

use crate::failure::Failure;
use crate::output;

/// How long somebody waits for keys.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keys of a JWKS document in a file or at a URL.
pub(crate) async fn at(place: &str) -> Result<Arc<dyn KeySource>, Failure> {
    if place.contains("://") { fetched(RemoteKeys::at(place)).await } else { in_file(Path::new(place)) }
}

/// The first set that is fetched.
pub(crate) async fn fetched(source: RemoteKeysBuilder<BuiltIn>) -> Result<Arc<dyn KeySource>, Failure> {
    let keys = source
        .start()
        .map_err(|error| Failure::new(error, "give --jwks the `jwks_uri` of the issuer, as its metadata has it"))?;
    keys.ready(PATIENCE).await.map_err(|late| {
        Failure::new(late, "see whether the URL can be had from here, or give --jwks a file with its document")
    })?;
    Ok(Arc::new(keys))
}

/// The keys of a JWKS document in a file.
pub(crate) fn in_file(path: &Path) -> Result<Arc<dyn KeySource>, Failure> {
    let repair = "give --jwks the document at the `jwks_uri` of the issuer, as it stands";
    let place = output::name(path);
    let jwks = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {place} ({error})"), repair))?;
    let keys = StaticKeys::from_jwks(&jwks).map_err(|error| Failure::new(format!("{place}: {error}"), repair))?;
    Ok(Arc::new(keys))
}
