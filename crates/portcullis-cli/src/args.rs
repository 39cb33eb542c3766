//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::failure::Failure;

/// Checks policies before they are deployed, explains tokens rule by rule as the layers of Portcullis judge them, mints some for
/// development, and shows all of it live
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  portcullis check policy.toml --inventory routes.txt --deny warnings
  portcullis inspect --policy policy.toml < token
  portcullis mint --key dev.pem --issuer https://id.test --audience api --subject me --scope read
  portcullis demo
  portcullis completions bash > /etc/bash_completion.d/portcullis

Exit codes: 0 all is well, 1 it is not, 2 the command could not do its work.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),

    Inspect(Inspect),

    Mint(Box<Mint>),

    #[cfg(feature = "demo")]
    Demo(Demo),

    /// Writes a completion script for a shell to stdout
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// For which shell
        shell: Shell,
    },
}

const COMPLETIONS: &str = "\
Examples:
  portcullis completions bash > /etc/bash_completion.d/portcullis
  portcullis completions zsh > \"${fpath[1]}/_portcullis\"
  portcullis completions fish > ~/.config/fish/completions/portcullis.fish";

/// Checks a policy: what is wrong with it, what it leaves open, and which role can do what
#[derive(Debug, clap::Args)]
#[command(after_help = CHECK)]
pub(crate) struct Check {
    /// The policy, a TOML file
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PathBuf,

    /// What the service serves, to find what no rule guards: a line for each operation, `GET /orders/{id}` or
    /// `rpc orders.v1.Orders/GetOrder`
    #[arg(long, value_name = "FILE")]
    pub(crate) inventory: Option<PathBuf>,

    /// What else is no clean policy
    #[arg(long, value_enum)]
    pub(crate) deny: Option<Deny>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Layout::Text)]
    pub(crate) format: Layout,
}

const CHECK: &str = "\
Examples:
  portcullis check policy.toml
  portcullis check policy.toml --inventory routes.txt --deny warnings
  portcullis check policy.toml --format markdown > permissions.md

Exit codes: 0 when the policy is clean, 1 when it is invalid or has findings that are errors (with
--deny warnings, warnings too), 2 when an argument is wrong or a file cannot be read.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Findings that are warnings
    Warnings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a repository or a review
    Markdown,
}

/// Explains a token rule by rule, and says which one it is refused for
///
/// No part of the token is written anywhere as it was given. What it says (issuer, audience, key, scopes) is shown where a rule
/// is about it, escaped.
#[derive(Debug, clap::Args)]
#[command(after_help = INSPECT)]
pub(crate) struct Inspect {
    /// The token, `Bearer ` in front or not; read from stdin when it is `-` or left out, which keeps it out of the history of
    /// the shell
    #[arg(value_name = "TOKEN", num_args = 0..)]
    pub(crate) token: Vec<String>,

    /// A policy whose issuers to go by; says which of its operations the token opens, and what it lacks for the others
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// The public keys of the issuer: a JWKS document, in a file or at a URL; takes the place of those that a policy names
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) jwks: Option<String>,

    /// The issuer: the exact `iss`
    #[arg(long, value_name = "ISS")]
    pub(crate) issuer: Option<String>,

    /// The service: the exact `aud`, or one of several
    #[arg(long, value_name = "AUD")]
    pub(crate) audience: Vec<String>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

const INSPECT: &str = "\
Examples:
  portcullis inspect < token
  portcullis inspect --policy policy.toml < token
  portcullis inspect --jwks jwks.json --issuer https://id.example.com --audience api < token

Rules that need what is not given are not judged: without keys the signature, without an issuer and
an audience whose token it is and for whom. Keys are fetched from https, and from http on this
machine.

Exit codes: 0 when every rule was judged and passed, 1 when one is broken or was not judged, 2 when
an argument is wrong or the keys cannot be had.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Mints an access token (RFC 9068) for development and scripts
///
/// The token alone goes to stdout. Whoever has the key file can mint what they like: keep keys of production in an issuer.
#[derive(Debug, clap::Args)]
#[command(after_help = MINT)]
pub(crate) struct Mint {
    /// The private key: PEM (PKCS#8, SEC1, PKCS#1) or a JWK
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// Makes the key first, an ES256 one, if there is no such file; for its owner alone to read
    #[arg(long)]
    pub(crate) new_key: bool,

    /// Writes the public key there as a JWKS document, for services and `portcullis inspect`
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks: Option<PathBuf>,

    /// Who issues it: `iss`, an https URL, or an http one of this machine
    #[arg(long, value_name = "ISS")]
    pub(crate) issuer: String,

    /// For which service: `aud`
    #[arg(long, value_name = "AUD")]
    pub(crate) audience: String,

    /// For whom it speaks: `sub`
    #[arg(long, value_name = "SUB")]
    pub(crate) subject: String,

    /// Which client it is given to: `client_id`
    #[arg(long, value_name = "ID", default_value = "portcullis-cli")]
    pub(crate) client: String,

    /// What it opens: scopes separated by spaces; may be given several times
    #[arg(long, value_name = "SCOPES", required = true)]
    pub(crate) scope: Vec<String>,

    /// For how long: `90s`, `5m`, `1h`; a day at most
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = humantime::parse_duration)]
    pub(crate) expires: Duration,

    /// What else it says: a text, or JSON; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) claim: Vec<String>,
}

const MINT: &str = "\
Examples:
  portcullis mint --key dev.pem --new-key --jwks jwks.json --issuer https://id.test \\
      --audience https://api.test --subject alice --scope \"orders:read orders:write\"
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dev.pem
  curl -H \"Authorization: Bearer $(portcullis mint --key dev.pem ...)\" http://127.0.0.1:3000/orders

The key decides the algorithm: P-256 signs ES256, P-384 ES384, Ed25519 EdDSA, RSA RS256, or PS256 if
a JWK says so. Its name in the token is that of the JWK, or its thumbprint (RFC 7638).

Exit codes: 0 with a token, 2 when an argument is wrong or a file cannot be read or written.";

/// Shows Portcullis live: an issuer, two guarded services and a page to attack them from, on this machine alone
///
/// Nothing to install or configure. It makes keys and people of its own, on a free port, and forgets them when it stops. Open the
/// address that it prints, or paste the lines below it.
#[cfg(feature = "demo")]
#[derive(Debug, clap::Args)]
#[command(after_help = DEMO)]
pub(crate) struct Demo {
    /// Walks through everything here in the terminal instead, and exits with 0 only if every step came out as promised
    #[arg(long)]
    pub(crate) tour: bool,

    /// Where to listen: an address of this machine; port 0 is a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", value_parser = socket_address)]
    pub(crate) listen: std::net::SocketAddr,

    /// Allows --listen to name an address that others can reach. Whoever reaches the demo can log in as anybody
    #[arg(long)]
    pub(crate) expose: bool,

    /// Keeps grants and keys in this folder, instead of a temporary one. Grants are those of the address: name it by --listen
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[cfg(feature = "demo")]
const DEMO: &str = "\
Examples:
  portcullis demo
  portcullis demo --tour
  portcullis demo --listen 127.0.0.1:8080 --data ~/portcullis-demo

Exit codes: 0 when it was stopped, or every step of the tour came out as promised; 1 when one did
not; 2 when an argument is wrong or it cannot start.";

#[cfg(feature = "demo")]
fn socket_address(text: &str) -> Result<std::net::SocketAddr, &'static str> {
    text.parse().map_err(|_| "give an IP address of this machine and a port, such as 127.0.0.1:8080")
}

/// The command that is asked for.
pub(crate) fn parse() -> Result<Command, Failure> {
    Args::try_parse().map(|args| args.command).map_err(|error| Failure::Clap(Box::new(error)))
}
