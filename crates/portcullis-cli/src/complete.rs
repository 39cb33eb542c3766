//! `portcullis completions`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::args::Args;
use crate::failure::Failure;
use crate::{Outcome, output};

pub(crate) fn run(shell: Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Args::command(), "portcullis", &mut script);
    output::write(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
