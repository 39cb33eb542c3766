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

/// A page of help, without spaces at the ends of lines.
fn page(arguments: &[&str]) -> String {
    run(arguments).out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn help_says_what_there_is_with_examples() {
    insta::assert_snapshot!(page(&["--help"]), @r"
    Checks policies before they are deployed, explains tokens rule by rule as the layers of Portcullis
    judge them, mints some for development, and shows all of it live

    Usage: portcullis <COMMAND>

    Commands:
      check        Checks a policy: what is wrong with it, what it leaves open, and which role can do
                   what
      inspect      Explains a token rule by rule, and says which one it is refused for
      mint         Mints an access token (RFC 9068) for development and scripts
      demo         Shows Portcullis live: an issuer, two guarded services and a page to attack them
                   from, on this machine alone
      completions  Writes a completion script for a shell to stdout
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Examples:
      portcullis check policy.toml --inventory routes.txt --deny warnings
      portcullis inspect --policy policy.toml < token
      portcullis mint --key dev.pem --issuer https://id.test --audience api --subject me --scope read
      portcullis demo
      portcullis completions bash > /etc/bash_completion.d/portcullis

    Exit codes: 0 all is well, 1 it is not, 2 the command could not do its work.
    ");
    insta::assert_snapshot!(page(&["check", "--help"]), @r#"
    Checks a policy: what is wrong with it, what it leaves open, and which role can do what

    Usage: portcullis check [OPTIONS] <POLICY>

    Arguments:
      <POLICY>
              The policy, a TOML file

    Options:
          --inventory <FILE>
              What the service serves, to find what no rule guards: a line for each operation, `GET
              /orders/{id}` or `rpc orders.v1.Orders/GetOrder`

          --deny <DENY>
              What else is no clean policy

              Possible values:
              - warnings: Findings that are warnings

          --format <FORMAT>
              How to write the result

              Possible values:
              - text:     For people
              - json:     For programs
              - markdown: For a repository or a review

              [default: text]

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      portcullis check policy.toml
      portcullis check policy.toml --inventory routes.txt --deny warnings
      portcullis check policy.toml --format markdown > permissions.md

    Exit codes: 0 when the policy is clean, 1 when it is invalid or has findings that are errors (with
    --deny warnings, warnings too), 2 when an argument is wrong or a file cannot be read.
    "#);
    insta::assert_snapshot!(page(&["mint", "--help"]), @r#"
    Mints an access token (RFC 9068) for development and scripts

    The token alone goes to stdout. Whoever has the key file can mint what they like: keep keys of
    production in an issuer.

    Usage: portcullis mint [OPTIONS] --key <FILE> --issuer <ISS> --audience <AUD> --subject <SUB> --scope <SCOPES>

    Options:
          --key <FILE>
              The private key: PEM (PKCS#8, SEC1, PKCS#1) or a JWK

          --new-key
              Makes the key first, an ES256 one, if there is no such file; for its owner alone to read

          --jwks <FILE>
              Writes the public key there as a JWKS document, for services and `portcullis inspect`

          --issuer <ISS>
              Who issues it: `iss`, an https URL, or an http one of this machine

          --audience <AUD>
              For which service: `aud`

          --subject <SUB>
              For whom it speaks: `sub`

          --client <ID>
              Which client it is given to: `client_id`

              [default: portcullis-cli]

          --scope <SCOPES>
              What it opens: scopes separated by spaces; may be given several times

          --expires <TIME>
              For how long: `90s`, `5m`, `1h`; a day at most

              [default: 5m]

          --claim <NAME=VALUE>
              What else it says: a text, or JSON; may be given several times

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      portcullis mint --key dev.pem --new-key --jwks jwks.json --issuer https://id.test \
          --audience https://api.test --subject alice --scope "orders:read orders:write"
      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dev.pem
      curl -H "Authorization: Bearer $(portcullis mint --key dev.pem ...)" http://127.0.0.1:3000/orders

    The key decides the algorithm: P-256 signs ES256, P-384 ES384, Ed25519 EdDSA, RSA RS256, or PS256 if
    a JWK says so. Its name in the token is that of the JWK, or its thumbprint (RFC 7638).

    Exit codes: 0 with a token, 2 when an argument is wrong or a file cannot be read or written.
    "#);
    insta::assert_snapshot!(page(&["inspect", "--help"]), @r#"
    Explains a token rule by rule, and says which one it is refused for

    No part of the token is written anywhere as it was given. What it says (issuer, audience, key,
    scopes) is shown where a rule is about it, escaped.

    Usage: portcullis inspect [OPTIONS] [TOKEN]...

    Arguments:
      [TOKEN]...
              The token, `Bearer ` in front or not; read from stdin when it is `-` or left out, which
              keeps it out of the history of the shell

    Options:
          --policy <FILE>
              A policy whose issuers to go by; says which of its operations the token opens, and what it
              lacks for the others

          --jwks <FILE|URL>
              The public keys of the issuer: a JWKS document, in a file or at a URL; takes the place of
              those that a policy names

          --issuer <ISS>
              The issuer: the exact `iss`

          --audience <AUD>
              The service: the exact `aud`, or one of several

          --format <FORMAT>
              How to write the result

              Possible values:
              - text: For people
              - json: For programs

              [default: text]

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      portcullis inspect < token
      portcullis inspect --policy policy.toml < token
      portcullis inspect --jwks jwks.json --issuer https://id.example.com --audience api < token

    Rules that need what is not given are not judged: without keys the signature, without an issuer and
    an audience whose token it is and for whom. Keys are fetched from https, and from http on this
    machine.

    Exit codes: 0 when every rule was judged and passed, 1 when one is broken or was not judged, 2 when
    an argument is wrong or the keys cannot be had.
    "#);
    insta::assert_snapshot!(page(&["demo", "--help"]), @r#"
    Shows Portcullis live: an issuer, two guarded services and a page to attack them from, on this
    machine alone

    Nothing to install or configure. It makes keys and people of its own, on a free port, and forgets
    them when it stops. Open the address that it prints, or paste the lines below it.

    Usage: portcullis demo [OPTIONS]

    Options:
          --tour
              Walks through everything here in the terminal instead, and exits with 0 only if every step
              came out as promised

          --listen <ADDR>
              Where to listen: an address of this machine; port 0 is a free one

              [default: 127.0.0.1:0]

          --expose
              Allows --listen to name an address that others can reach. Whoever reaches the demo can log
              in as anybody

          --data <DIR>
              Keeps grants and keys in this folder, instead of a temporary one. Grants are those of the
              address: name it by --listen

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      portcullis demo
      portcullis demo --tour
      portcullis demo --listen 127.0.0.1:8080 --data ~/portcullis-demo

    Exit codes: 0 when it was stopped, or every step of the tour came out as promised; 1 when one did
    not; 2 when an argument is wrong or it cannot start.
    "#);
}
