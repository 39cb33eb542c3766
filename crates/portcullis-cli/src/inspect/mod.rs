//! `portcullis inspect`.

pub(crate) mod keys;
mod operations;
mod report;
mod token;
mod trusted;

use portcullis_core::Explanation;

use crate::args::{Format, Inspect};
use crate::failure::Failure;
use crate::{Outcome, output, policy};
use operations::Opening;
use trusted::Trusted;

/// What there is to say about a token.
struct Inspected {
    explained: Explanation,
    /// What is not given, by the options that give it.
    missing: Vec<&'static str>,
    /// What it opens, if there is a policy and the token stands.
    openings: Option<Vec<Opening>>,
}

pub(crate) fn run(args: &Inspect) -> Result<Outcome, Failure> {
    let token = token::read(&args.token)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start", error))?;
    // Keys that are fetched answer for as long as their runtime is there.
    let inspected = runtime.block_on(inspect(args, &token))?;
    output::write(&match args.format {
        Format::Text => report::text(&inspected),
        Format::Json => report::json(&inspected),
    })?;
    Ok(if inspected.explained.stands() { Outcome::Clean } else { Outcome::Findings })
}

async fn inspect(args: &Inspect, token: &[u8]) -> Result<Inspected, Failure> {
    let file = match &args.policy {
        Some(path) => Some(policy::read(path)?.map_err(|invalid| Failure::invalid(path, &invalid, 2))?),
        None => None,
    };
    let trusted = Trusted::by(args, file.as_ref(), token).await?;
    let explained = trusted.explain(token);
    let openings = match &file {
        Some(file) if explained.stands() => {
            let verified = trusted.verify(token).map_err(|error| Failure::new("these parts make no sense", error))?;
            verified.map(|(verifier, principal)| operations::openings(file.policy(), &verifier, &principal))
        }
        _ => None,
    };
    Ok(Inspected { explained, missing: trusted.missing(), openings })
}
