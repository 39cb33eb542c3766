//! The `portcullis` command, as the process that it is.

mod check;
mod inspect;
mod mint;
mod policy;
mod shell;

use std::io::Write;
use std::process::{Command, Stdio};

use portcullis_tests::example::portcullis;

/// What a run came to.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Nothing of a token as it was given: no eight characters in a row of any segment.
    fn assert_keeps(&self, token: &str, name: &str) {
        let said = format!("{}{}", self.out, self.err);
        for segment in token.split(['.', ' ']) {
            for window in segment.as_bytes().windows(8) {
                let window = std::str::from_utf8(window).unwrap();
                assert!(!said.contains(window), "{name}: {window:?} is echoed in {said}");
            }
        }
    }
}

/// Runs the command with these arguments and nothing on stdin.
fn run(arguments: &[&str]) -> Run {
    run_with(arguments, "", &[])
}

/// Runs the command with this on stdin and these variables.
fn run_with(arguments: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Run {
    let mut command = Command::new(portcullis());
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    let mut child = command.envs(environment.iter().copied()).spawn().unwrap();
    // Who does not read stdin may be gone.
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().expect("a code"), out: text(output.stdout), err: text(output.stderr) }
}
