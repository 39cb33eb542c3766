//! `portcullis inspect`.

mod keys;
mod report;
mod token;

use portcullis_core::{Explanation, Inspection, Rules};

use crate::args::{Format, Inspect};
use crate::failure::Failure;
use crate::{Outcome, output};

pub(crate) fn run(args: &Inspect) -> Result<Outcome, Failure> {
    let token = token::read(&args.token)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start", error))?;
    // Keys that are fetched answer for as long as their runtime is there.
    let explained = runtime.block_on(explain(args, &token))?;
    output::write(&match args.format {
        Format::Text => report::text(args, &explained),
        Format::Json => report::json(&explained),
    })?;
    Ok(if explained.stands() { Outcome::Clean } else { Outcome::Findings })
}

async fn explain(args: &Inspect, token: &[u8]) -> Result<Explanation, Failure> {
    let mut inspection = Inspection::new(Rules::new());
    if let Some(place) = &args.jwks {
        inspection = inspection.keys(keys::at(place).await?);
    }
    if let Some(issuer) = &args.issuer {
        inspection = inspection.issuer(issuer.as_str());
    }
    inspection = args.audience.iter().fold(inspection, |inspection, audience| inspection.audience(audience.as_str()));
    Ok(inspection.explain(token))
}
