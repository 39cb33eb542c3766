//! The command line, and the authority that it describes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use portcullis::{Authority, KeySource, ScopeSet, StaticKeys};
use portcullis_testing::TestIssuer;

/// Serves orders to callers whose token allows it.
///
/// Without --jwks the server makes a key pair for itself and prints a token to try it with.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Where to listen; port 0 asks the system for a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,

    /// Whom to trust: the exact `iss` of the tokens
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,

    /// The name of this server: the exact `aud` of the tokens
    #[arg(long, value_name = "URL")]
    audience: Option<String>,

    /// The public keys of the issuer: a JWKS document
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,

    /// What the printed token allows, without --jwks: scopes, separated by spaces
    #[arg(long, value_name = "SCOPES", default_value = "orders:read")]
    pub(crate) scope: ScopeSet,
}

impl Args {
    /// Whom to trust; and, without `--jwks`, an issuer to try it with.
    pub(crate) fn authority(&self) -> Result<(Authority, Option<TestIssuer>), String> {
        let Some(jwks) = &self.jwks else {
            let issuer = self.issuer.as_deref().unwrap_or("https://id.test");
            let audience = self.audience.as_deref().unwrap_or("https://api.test");
            let test_issuer = TestIssuer::new().named(issuer, audience);
            return Ok((authority(issuer, audience, test_issuer.keys())?, Some(test_issuer)));
        };
        let (Some(issuer), Some(audience)) = (&self.issuer, &self.audience) else {
            return Err("--jwks needs --issuer and --audience beside it: whose keys they are, and which `aud` names this server".into());
        };
        Ok((authority(issuer, audience, read_keys(jwks)?)?, None))
    }
}

fn authority(issuer: &str, audience: &str, keys: impl KeySource) -> Result<Authority, String> {
    let authority = Authority::builder().issuer(issuer).audience(audience).keys(keys).build();
    authority.map_err(|error| error.to_string())
}

fn read_keys(path: &Path) -> Result<StaticKeys, String> {
    let file = path.display();
    let jwks = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {file} ({error}): give --jwks the file with the keys of the issuer"))?;
    StaticKeys::from_jwks(&jwks)
        .map_err(|error| format!("{file}: {error}; take it from the `jwks_uri` of the issuer as it stands"))
}
