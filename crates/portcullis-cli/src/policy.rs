//! Policy files.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use portcullis::policy::{FileError, IssuerSettings, KeysAt, PolicyFile};
use portcullis_core::{KeySource, StaticKeys};
use portcullis_jwks::RemoteKeys;

use crate::failure::Failure;
use crate::inspect::keys;
use crate::output;

/// What a file came to that can be read: a policy, or what is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Result<PolicyFile, FileError>, Failure> {
    let is_file = File::open(path).and_then(|_| fs::metadata(path)).map(|file| file.is_file());
    let wrong = match is_file {
        Ok(true) => return Ok(PolicyFile::read(path)),
        Ok(false) => "it is not a file".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Failure::new(format!("cannot read {} ({wrong})", output::name(path)), "name a policy, a TOML file"))
}

/// The keys of an issuer, from where its policy says.
pub(crate) async fn keys_of(settings: &IssuerSettings) -> Result<Arc<dyn KeySource>, Failure> {
    match settings.keys() {
        KeysAt::JwksFile(path) => keys::in_file(path),
        KeysAt::JwksUrl(url) => keys::fetched(RemoteKeys::at(&**url)).await,
        KeysAt::Discover => keys::fetched(RemoteKeys::discover(settings.issuer())).await,
        KeysAt::PemFile { path, algorithm } => {
            let place = output::name(path);
            let repair = "name the PEM file with the public key of the issuer in the policy, or give --jwks";
            let pem = fs::read(path).map_err(|error| Failure::new(format!("cannot read {place} ({error})"), repair))?;
            let keys = StaticKeys::from_pem(*algorithm, pem);
            Ok(Arc::new(keys.map_err(|error| Failure::new(format!("{place}: {error}"), repair))?))
        }
        _ => Err(Failure::new("the policy names keys at a place that this version does not know", "give --jwks")),
    }
}
