//! The example servers and the `portcullis` command, as the processes that they are.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start, to answer and to stop.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The servers with the routes of an HTTP service.
pub const HTTP: [&str; 2] = ["axum-orders", "hyper-orders"];

/// The server with the methods of a gRPC service.
pub const GRPC: &str = "tonic-orders";

/// The application that mints its own tokens.
pub const ISSUER: &str = "issuer-axum";

/// The two services in a chain.
pub const CHAIN: &str = "downscope";

/// The executable of an example. The first call builds them all.
pub fn executable(name: &str) -> &'static Path {
    static BUILT: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build(&[HTTP[0], HTTP[1], GRPC, ISSUER, CHAIN]));
    built.iter().find(|path| path.file_stem().unwrap() == name).expect(name)
}

/// The executable of the `portcullis` command. The first call builds it.
pub fn portcullis() -> &'static Path {
    static BUILT: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build(&["portcullis-cli"]));
    built.iter().find(|path| path.file_stem().unwrap() == "portcullis").expect("portcullis")
}

fn build(packages: &[&str]) -> Vec<PathBuf> {
    // target/<profile>/deps/suite-…
    let suite = env::current_exe().unwrap();
    let target = suite.ancestors().nth(3).unwrap();
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--message-format=json-render-diagnostics", "--quiet", "--profile", profile])
        .args(packages.iter().flat_map(|name| ["-p", name]))
        .env("CARGO_TARGET_DIR", target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{packages:?} do not build");
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect()
}

/// An example that runs and listens. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    output: Receiver<String>,
    address: SocketAddr,
    announced: Vec<String>,
}

impl Server {
    /// Starts an example and waits until it listens.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        Self::start_with(name, arguments, &[])
    }

    /// As [`start`](Self::start), with these variables in its environment.
    pub fn start_with(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(executable(name), arguments, environment)
    }

    /// Starts `portcullis demo` and waits until it listens.
    pub fn demo(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(portcullis(), &[&["demo"], arguments].concat(), environment)
    }

    fn spawn(executable: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(executable);
        command.args(arguments).envs(environment.iter().copied()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (lines, output) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let mut server = Self { child, output, address: SocketAddr::from(([0; 4], 0)), announced: Vec::new() };
        loop {
            let line = server.output.recv_timeout(PATIENCE).expect("`listening on` in time");
            if let Some(address) = line.strip_prefix("listening on ") {
                server.address = address.parse().unwrap();
                return server;
            }
            server.announced.push(line);
        }
    }

    /// Starts an example that trusts this issuer, for this audience, by the keys of this document.
    pub fn start_trusting(name: &str, issuer: &str, audience: &str, jwks: &Path) -> Self {
        Self::start(name, &["--issuer", issuer, "--audience", audience, "--jwks", jwks.to_str().unwrap()])
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The lines before `listening on`.
    pub fn announced(&self) -> &[String] {
        &self.announced
    }

    /// Sends it a signal by name: whether that could be sent.
    fn signal(&self, name: &str) -> bool {
        let kill = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.child.id())).status();
        kill.is_ok_and(|kill| kill.success())
    }

    /// Sends it a signal by name and waits for its end. It has said nothing more.
    pub fn stop(mut self, signal: &str) -> ExitStatus {
        assert!(self.signal(signal), "SIG{signal}");
        let asked = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(asked.elapsed() < PATIENCE, "it does not stop on SIG{signal}"),
            }
            thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(self.output.iter().collect::<Vec<_>>(), Vec::<String>::new(), "`listening on` is the last line");
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        // Asked first: what is killed leaves its temporary files behind.
        let (asked, since) = (self.signal("TERM"), Instant::now());
        while asked && self.child.try_wait().is_ok_and(|ended| ended.is_none()) && since.elapsed() < PATIENCE / 4 {
            thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A file for the time of a test, in the target directory.
#[derive(Debug)]
pub struct TempFile(PathBuf);

impl TempFile {
    /// Writes one.
    pub fn new(content: impl AsRef<[u8]>) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("portcullis-{}-{number}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// A response over HTTP/1.1, as it came.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    head: String,
    /// The body, as text.
    pub body: String,
}

impl Reply {
    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let first = found.next();
        assert_eq!(found.next(), None, "{name} is there twice");
        first
    }
}

/// Sends a request with a JSON body, or none, as it stands: no client in between that tidies the path up.
pub fn http(address: SocketAddr, method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Reply {
    send(address, method, path, token, body.map(|body| ("application/json", body)))
}

/// Sends a form, already encoded.
pub fn form(address: SocketAddr, method: &str, path: &str, token: Option<&str>, body: &str) -> Reply {
    send(address, method, path, token, Some(("application/x-www-form-urlencoded", body)))
}

fn send(address: SocketAddr, method: &str, path: &str, token: Option<&str>, content: Option<(&str, &str)>) -> Reply {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let (kind, body) = content.unwrap_or_default();
    let content = match content {
        Some(_) => format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()),
        None => String::new(),
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{authorization}{content}\r\n{body}"
    );
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    // A server may close before it has read all of a body that it refuses.
    stream.read_to_string(&mut reply).ok();
    let (head, body) = reply.split_once("\r\n\r\n").expect("a response in time");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}
