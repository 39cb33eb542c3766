//! `portcullis demo`: an issuer, two guarded services, and a page to attack them from; all of it real, in one process, on this machine.
//!
//! - [`service`]: what is guarded, and by which layers
//! - [`issuer`], behind [`provider`]: who mints, and a switch to take it away
//! - [`desk`]: what a visitor may do to the demo itself
//! - [`page`]: static files, a client like any other
//! - [`tour`]: another one, for the terminal, on top of [`client`]
//! - [`scenario`]: what both of them play, written once in `scenarios.json`

mod announce;
mod client;
mod desk;
mod issuer;
mod page;
mod people;
mod place;
mod provider;
mod running;
mod scenario;
mod service;
mod stop;
mod stopwatch;
mod tour;
mod visitors;

use tokio::runtime::Builder;

use crate::Outcome;
use crate::args::Demo;
use crate::failure::Failure;
use running::Running;
use stopwatch::Stopwatch;

pub(crate) fn run(args: &Demo) -> Result<Outcome, Failure> {
    let watch = Stopwatch::start();
    let address = place::address(args)?;
    let folder = place::Folder::of(args)?;
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start", error))?;
    runtime.block_on(async {
        let stopped = stop::asked().map_err(|error| Failure::new("cannot listen for signals", error))?;
        let demo = Running::start(address, &folder.database()).await?;
        let outcome = if args.tour {
            tokio::select! {
                outcome = tour::walk(demo.address(), watch) => outcome,
                () = stopped => Ok(Outcome::Findings),
            }
        } else {
            announce::announce(&demo, folder.stays(), watch).await?;
            stopped.await;
            Ok(Outcome::Clean)
        };
        demo.stop().await;
        outcome
    })
}
