//! `portcullis mint`.

mod claims;
mod key;

use std::future::ready;
use std::io::Write;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use portcullis_core::{Scope, ScopeSet};
use portcullis_issuer::{AccessToken, Entitled, EntitlementsFn, Issuer, MemoryStore};

use crate::args::Mint;
use crate::failure::Failure;
use crate::{Outcome, output};

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) fn run(args: &Mint) -> Result<Outcome, Failure> {
    let (scopes, claims) = (scopes(&args.scope)?, claims::read(&args.claim)?);
    if args.expires < Duration::from_secs(1) || args.expires > DAY {
        return Err(Failure::new(
            "--expires is out of bounds",
            "a token lives for a second at least, and a day at most",
        ));
    }
    let key = key::read(args)?;
    let jwks = key.to_public_jwk().map(|jwk| serde_json::json!({ "keys": [jwk] }));
    if let (Some(path), Some(jwks)) = (&args.jwks, jwks) {
        key::write_public(path, &format!("{jwks:#}\n"))?;
    }
    // Whoever has the key file is entitled to whatever they ask for.
    let entitled = Entitled::to(scopes).claims(claims);
    let issuer = Issuer::builder(&args.issuer)
        .resource(&args.audience)
        .keys(key)
        .entitlements(EntitlementsFn::new(move |_| ready(Ok(entitled.clone().into()))))
        .store(MemoryStore::new())
        .lifetime_cap(DAY);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start", error))?;
    let token: AccessToken = runtime.block_on(async {
        let issuer = issuer.build().await.map_err(|error| Failure::new("cannot mint", error))?;
        let minted = issuer.mint(&args.subject, &args.client).lifetime(args.expires).await;
        minted.map_err(|refused| Failure::new("cannot mint", refused))
    })?;
    if args.expires > HOUR {
        // There is nobody left to tell that stderr cannot be written to.
        let _ = writeln!(
            anstream::stderr().lock(),
            "{WARNING}warning:{WARNING:#} this token opens its doors for {}, to whoever holds it, and services refuse it unless their rules allow that life: ask for minutes",
            humantime::format_duration(args.expires)
        );
    }
    output::write(&format!("{}\n", token.as_str()))?;
    Ok(Outcome::Clean)
}

fn scopes(lists: &[String]) -> Result<ScopeSet, Failure> {
    let words = lists.iter().flat_map(|list| list.split_whitespace());
    let scopes = words.map(Scope::new).collect::<Result<ScopeSet, _>>();
    let scopes = scopes.map_err(|error| Failure::new("--scope holds what is no scope", error))?;
    if scopes.is_empty() { Err(Failure::new("--scope is empty", "name at least one scope")) } else { Ok(scopes) }
}
