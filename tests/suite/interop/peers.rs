//! The peers, as processes.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use super::Minted;

/// The scripts.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/interop");

/// Where the peers are installed. The first call installs them.
pub(crate) fn directory() -> &'static Path {
    static INSTALLED: OnceLock<PathBuf> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        // target/<profile>/deps/suite-…
        let target = env::current_exe().unwrap().ancestors().nth(3).unwrap().join("interop");
        let setup = Command::new("sh").arg(format!("{SCRIPTS}/setup.sh")).arg(&target).status().unwrap();
        assert!(setup.success(), "the peers cannot be installed: see above what is missing");
        target
    })
}

fn python(script: &str) -> Command {
    let mut python = Command::new(directory().join("venv/bin/python"));
    python.arg("-B").arg(format!("{SCRIPTS}/{script}"));
    python
}

/// Runs a command to its good end and reads the JSON that it writes.
fn json_of(mut command: Command, input: &[Value]) -> Value {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(Value::from(input).to_string().as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn results(command: Command, asked: &[Value]) -> Vec<Value> {
    json_of(command, asked).as_array().unwrap().clone()
}

/// Has tokens made by a script.
pub(super) fn mint(script: &str, issuer: &str, audience: &str) -> Minted {
    let mut command = if script.ends_with(".py") { python(script) } else { node(script) };
    command.args([issuer, audience]);
    serde_json::from_value(json_of(command, &[])).unwrap()
}

/// Has a script say what it came to.
pub(super) fn run(script: &str, argument: &str) -> Value {
    let mut command = if script.ends_with(".py") { python(script) } else { node(script) };
    command.arg(argument);
    json_of(command, &[])
}

fn node(script: &str) -> Command {
    // Beside its packages.
    let mut node = Command::new("node");
    node.arg(directory().join(script));
    node
}

/// Has HTTP calls made.
pub(super) fn http_client(asked: &[Value]) -> Vec<Value> {
    results(python("http_client.py"), asked)
}

/// Has gRPC calls made.
pub(super) fn grpc_client(address: SocketAddr, asked: &[Value]) -> Vec<Value> {
    let mut command = python("grpc_client.py");
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let protos = ["examples/tonic-orders/proto", "crates/portcullis-tonic/proto"];
    command.arg(address.to_string()).args(protos.map(|folder| format!("{repository}/{folder}")));
    results(command, asked)
}

/// The OpenID provider. It is killed when dropped.
pub(super) struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    pub(super) fn start() -> Self {
        Self::spawn(&mut node("op.mjs"))
    }

    /// Ends it and starts it again at the same address, with other keys.
    pub(super) fn restart_with_other_keys(self, meanwhile: impl FnOnce()) -> Self {
        let port = self.issuer.rsplit(':').next().unwrap().to_owned();
        drop(self);
        meanwhile();
        Self::spawn(node("op.mjs").env("PORT", port).env("GENERATION", "second-"))
    }

    fn spawn(node: &mut Command) -> Self {
        let mut child = node.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().expect("the provider starts").unwrap();
        let issuer = ready.strip_prefix("ready ").unwrap().to_owned();
        Self { child, issuer }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Sets its clock off by so many seconds.
    pub(super) fn set_clock(&self, seconds: i64) {
        curl(&[&format!("{}/clock?{seconds}", self.issuer)]);
    }

    /// What its metadata says that its keys are.
    pub(super) fn jwks(&self) -> Value {
        let metadata = json(&curl(&[&format!("{}/.well-known/openid-configuration", self.issuer)]));
        assert_eq!(metadata["issuer"], self.issuer);
        json(&curl(&[metadata["jwks_uri"].as_str().unwrap()]))
    }

    /// A token by client credentials.
    pub(super) fn token(&self, algorithm: &str, scope: &str, audience: &str) -> String {
        let (user, scope, resource) =
            (format!("svc-{algorithm}:secret"), format!("scope={scope}"), format!("resource={audience}"));
        let url = format!("{}/token", self.issuer);
        let form = ["--data-urlencode", &scope, "--data-urlencode", &resource];
        let grant = ["--user", &user, "--data", "grant_type=client_credentials"];
        let answer = json(&curl(&[&grant[..], &form, &[&url]].concat()));
        assert_eq!(answer["token_type"], "Bearer");
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn curl(arguments: &[&str]) -> Vec<u8> {
    let fixed = ["--silent", "--show-error", "--fail-with-body", "--max-time", "20"];
    let output = Command::new("curl").args(fixed).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    output.stdout
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}
