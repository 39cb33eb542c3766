//! The `portcullis` command: checks policies, explains tokens and mints some, for people and pipelines; and shows all of it live.

mod args;
mod check;
mod complete;
#[cfg(feature = "demo")]
mod demo;
mod failure;
mod inspect;
mod mint;
mod output;
mod policy;
mod report;

use std::process::ExitCode;

use args::Command;

/// What a command comes to when it could do its work.
enum Outcome {
    Clean,
    Findings,
}

fn main() -> ExitCode {
    let done = match args::parse() {
        Ok(Command::Check(args)) => check::run(&args),
        Ok(Command::Inspect(args)) => inspect::run(&args),
        Ok(Command::Mint(args)) => mint::run(&args),
        #[cfg(feature = "demo")]
        Ok(Command::Demo(args)) => demo::run(&args),
        Ok(Command::Completions { shell }) => complete::run(shell),
        Err(failure) => Err(failure),
    };
    match done {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => failure.report(),
    }
}
