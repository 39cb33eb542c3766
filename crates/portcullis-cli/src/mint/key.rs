//! The key file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use portcullis_core::{Algorithm, SigningKey};

use crate::args::Mint;
use crate::failure::Failure;
use crate::output;

const REPAIR: &str = "give --key a private key, PEM or JWK; --new-key makes one where there is none";

/// The key, named: by itself, or by its thumbprint.
pub(super) fn read(args: &Mint) -> Result<SigningKey, Failure> {
    let place = output::name(&args.key);
    let text = match fs::read_to_string(&args.key) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && args.new_key => create(&args.key)?,
        Err(error) => return Err(Failure::new(format!("cannot read {place} ({error})"), REPAIR)),
    };
    let key =
        if text.trim_start().starts_with('{') { SigningKey::from_jwk(&text) } else { SigningKey::from_any_pem(&text) };
    // What is wrong with a private key is told, and nothing that is in it.
    let key = key.map_err(|error| Failure::new(format!("{place}: {error}"), REPAIR))?;
    if !Algorithm::DEFAULT.contains(&key.algorithm()) {
        return Err(Failure::new(
            format!("{place} is a key for {}, which services do not accept unless they are told to", key.algorithm()),
            "give --key a PEM, or a JWK with the `alg` ES256, ES384, EdDSA, RS256 or PS256",
        ));
    }
    Ok(match (key.kid(), key.thumbprint()) {
        (None, Some(thumbprint)) => key.with_kid(thumbprint),
        _ => key,
    })
}

/// Makes a key for its owner alone to read. A file that somebody else made in between stays as it is.
fn create(path: &Path) -> Result<String, Failure> {
    let cannot =
        |error: &dyn std::fmt::Display| Failure::new(format!("cannot make {} ({error})", output::name(path)), REPAIR);
    let key = SigningKey::generate(Algorithm::ES256).map_err(|error| cannot(&error))?;
    let pem = key.to_pem().ok_or_else(|| cannot(&"this backend keeps its keys"))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| cannot(&error))?;
    file.write_all(pem.as_bytes()).map_err(|error| cannot(&error))?;
    Ok(pem)
}

/// The public part, for services.
pub(super) fn write_public(path: &Path, jwks: &str) -> Result<(), Failure> {
    fs::write(path, jwks).map_err(|error| {
        Failure::new(
            format!("cannot write {} ({error})", output::name(path)),
            "give --jwks a place that can be written to",
        )
    })
}
