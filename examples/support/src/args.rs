//! The command line, and the authority that it describes.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use portcullis::policy::{KeysAt, Policy, PolicyFile};
use portcullis::{AccessModel, Authority, KeySet, KeySource, ScopeSet, StaticKeys};
use portcullis_jwks::RemoteKeys;
use portcullis_testing::TestIssuer;

/// Serves orders to callers whose token allows it.
///
/// Without --jwks or --discover the server makes a key pair for itself and prints a token to try it with.
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

    /// The public keys of the issuer: a JWKS document, by its URL or in a file that may be replaced
    #[arg(long, value_name = "URL|FILE", conflicts_with = "discover")]
    jwks: Option<String>,

    /// Finds the keys of the issuer by its metadata: OpenID Connect Discovery, or RFC 8414
    #[arg(long)]
    discover: bool,

    /// Enforces this table instead of what the server's own code asks for. Whom to trust is its `[[issuer]]`, unless the command
    /// line says
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// What the printed token allows, without --jwks or --discover: scopes, separated by spaces
    #[arg(long, value_name = "SCOPES", default_value = "orders:read")]
    pub(crate) scope: ScopeSet,
}

/// How long a server waits for the keys before it starts to answer 503.
const FIRST_KEYS: Duration = Duration::from_secs(4);

/// Whom to trust, and what they may do.
pub(crate) struct Trusted {
    pub(crate) authority: Authority,
    /// Somebody to mint tokens with, where nobody else does.
    pub(crate) test_issuer: Option<TestIssuer>,
    /// The table, if there is one.
    pub(crate) policy: Option<Policy>,
}

impl Args {
    pub(crate) async fn trusted(&self) -> Result<Trusted, String> {
        let file = self.policy.as_ref().map(PolicyFile::read).transpose().map_err(|error| error.to_string())?;
        let policy = file.as_ref().map(|file| file.policy().clone());
        let model = policy.as_ref().map(|policy| policy.access_model().clone()).unwrap_or_default();
        let says = self.issuer.is_some() || self.jwks.is_some() || self.discover;
        let (authority, test_issuer) = match file.filter(|file| !file.issuers().is_empty()) {
            Some(file) if !says => (of_file(&file).await?, None),
            ignored => {
                if ignored.is_some() {
                    eprintln!("warning: the command line says whom to trust; no [[issuer]] of the policy is used");
                }
                self.authority(&model).await?
            }
        };
        Ok(Trusted { authority, test_issuer, policy })
    }

    /// As the command line says; and, without keys from elsewhere, an issuer to try it with.
    async fn authority(&self, model: &Arc<AccessModel>) -> Result<(Authority, Option<TestIssuer>), String> {
        if self.jwks.is_none() && !self.discover {
            let issuer = self.issuer.as_deref().unwrap_or("https://id.test");
            let audience = self.audience.as_deref().unwrap_or("https://api.test");
            let test_issuer = TestIssuer::new().named(issuer, audience);
            return Ok((authority(issuer, audience, test_issuer.keys(), model)?, Some(test_issuer)));
        }
        let (Some(issuer), Some(audience)) = (&self.issuer, &self.audience) else {
            return Err("--jwks and --discover need --issuer and --audience beside them: whose keys they are, and which `aud` names this server".into());
        };
        // Before anything is fetched.
        authority(issuer, audience, NoKeysYet, model)?;
        let keys = self.keys(issuer)?;
        let authority = authority(issuer, audience, keys.clone(), model)?;
        wait_for(&keys).await;
        Ok((authority, None))
    }

    fn keys(&self, issuer: &str) -> Result<RemoteKeys, String> {
        let started = match &self.jwks {
            None => RemoteKeys::discover(issuer).start(),
            Some(url) if url.contains("://") => RemoteKeys::at(url).start(),
            Some(file) => {
                // One that breaks later keeps its old keys; one that is broken now is a mistake.
                check(Path::new(file))?;
                RemoteKeys::watch(file).start()
            }
        };
        started.map_err(|error| error.to_string())
    }
}

/// Keys that nobody asked for yet: enough to find out whether the rest makes sense.
#[derive(Debug)]
struct NoKeysYet;

impl KeySource for NoKeysYet {
    fn current(&self) -> Option<Arc<KeySet>> {
        None
    }
}

fn authority(
    issuer: &str,
    audience: &str,
    keys: impl KeySource,
    model: &Arc<AccessModel>,
) -> Result<Authority, String> {
    let authority = Authority::builder().issuer(issuer).audience(audience).keys(keys);
    authority
        .rules(|rules| rules.roles_from(["roles"]).access_model(model.clone()))
        .build()
        .map_err(|error| error.to_string())
}

/// As the `[[issuer]]`s of a policy file say.
async fn of_file(file: &PolicyFile) -> Result<Authority, String> {
    let mut remote = Vec::new();
    let authority = file.authority_with(|issuer| -> Result<Box<dyn KeySource>, Box<dyn Error + Send + Sync>> {
        let keys = match issuer.keys() {
            KeysAt::JwksUrl(url) => RemoteKeys::at(&**url).start()?,
            KeysAt::Discover => RemoteKeys::discover(issuer.issuer()).start()?,
            in_a_file => return Ok(Box::new(in_a_file.load()?)),
        };
        remote.push(keys.clone());
        Ok(Box::new(keys))
    });
    let authority = authority.map_err(|error| error.to_string())?;
    for keys in &remote {
        wait_for(keys).await;
    }
    Ok(authority)
}

async fn wait_for(keys: &RemoteKeys) {
    if let Err(late) = keys.ready(FIRST_KEYS).await {
        eprintln!("warning: {late}; until they come, every token is refused with 503");
    }
}

fn check(path: &Path) -> Result<(), String> {
    let file = path.display();
    let jwks = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {file} ({error}): give --jwks the file with the keys of the issuer"))?;
    StaticKeys::from_jwks(&jwks)
        .map(drop)
        .map_err(|error| format!("{file}: {error}; take it from the `jwks_uri` of the issuer as it stands"))
}
