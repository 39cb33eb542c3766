//! How the command gets on with shells, pipes and terminals.

use std::fs::File;
use std::process::{Command, Stdio};

use portcullis_testing::TestIssuer;
use portcullis_tests::example::{TempFile, portcullis};

use super::{run, run_with};

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    let token = TestIssuer::new().token("a");
    for (name, environment, coloured) in [
        ("a pipe", &[][..], false),
        ("forced", &[("CLICOLOR_FORCE", "1")], true),
        ("not wanted", &[("NO_COLOR", "1")], false),
    ] {
        let results = run_with(&["inspect"], &token, environment);
        assert_eq!(results.out.contains("\u{1b}["), coloured, "{name}: {results:?}");
        let error = run_with(&["inspect", "--jwks", "/nowhere"], &token, environment);
        assert_eq!(error.err.contains("\u{1b}["), coloured, "{name}: {error:?}");
        let usage = run_with(&["inspect", "--nothing"], "", environment);
        assert_eq!(usage.err.contains("\u{1b}["), coloured, "{name}: {usage:?}");
        let json = run_with(&["inspect", "--format", "json"], &token, environment);
        assert!(!json.out.contains('\u{1b}'), "{name}: {json:?}");
    }
}

#[test]
fn every_shell_has_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = run(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}: {run:?}");
        assert!(run.out.contains("inspect") && run.out.contains("jwks"), "{shell}: {}", run.out);
    }
    let script = TempFile::new(run(&["completions", "bash"]).out);
    let checked = Command::new("bash").arg("-n").arg(script.path()).output().unwrap();
    assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
}

/// A reader who goes away is no reason to complain, nor to say that all is well.
#[test]
fn a_broken_pipe_is_quiet() {
    for arguments in [&["completions", "bash"][..], &["--help"], &["inspect", "a.b.c"]] {
        let mut command = Command::new(portcullis());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            command.args(arguments).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(141), &b""[..]), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(portcullis()).args(["inspect", "a.b.c"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: cannot write"));
}

#[test]
fn help_says_what_there_is_with_examples() {
    insta::assert_snapshot!("help", run(&["--help"]).out);
    insta::assert_snapshot!("inspect", run(&["inspect", "--help"]).out);
}
