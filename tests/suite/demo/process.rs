//! How the demo starts, what it prints, what it keeps, and how it stops.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use portcullis_tests::example::{PATIENCE, Server, form, http, portcullis};
use serde_json::{Value, json};

/// A folder for the time of a test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("portcullis-test-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn the_three_lines_that_it_prints_answer_200_401_and_403() {
    let demo = Server::demo(&[], &[]);
    let lines: Vec<&String> = demo.announced().iter().filter(|line| line.starts_with("curl ")).collect();
    let answers = lines.iter().map(|line| {
        let quiet =
            line.replace("curl -i", "curl --silent --max-time 20 --output /dev/null --write-out '%{http_code}'");
        let output = Command::new("sh").arg("-c").arg(quiet).stderr(Stdio::inherit()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    assert_eq!(answers.collect::<Vec<_>>(), ["200", "401", "403"], "{lines:?}");
    let said = demo.announced().join("\n");
    assert!(
        said.contains(&format!("http://{}/", demo.address())) && said.contains("First verdict, a 401, after "),
        "{said}"
    );
    assert!(demo.address().ip().is_loopback());
}

#[test]
fn it_stops_cleanly_on_every_signal_and_leaves_nothing_behind() {
    for signal in ["INT", "TERM", "QUIT", "HUP"] {
        let folder = Folder::new(signal);
        let demo = Server::demo(&[], &[("TMPDIR", folder.path())]);
        let [kept] = &*folder.entries() else { panic!("one folder, not {:?}", folder.entries()) };
        assert!(kept.starts_with("portcullis-demo-"), "{kept}");
        // There are keys in it.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.0.join(kept)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{mode:o}");
        }
        // A browser that keeps its connection does not hold it up.
        let idle = std::net::TcpStream::connect(demo.address()).unwrap();
        let asked = Instant::now();
        assert_eq!(demo.stop(signal).code(), Some(0), "SIG{signal}");
        assert!(asked.elapsed() < PATIENCE / 2, "SIG{signal}");
        assert_eq!(folder.entries(), Vec::<String>::new(), "SIG{signal}");
        drop(idle);
    }
}

#[test]
fn with_a_folder_of_its_own_grants_and_keys_outlive_it() {
    let folder = Folder::new("data");
    let data = folder.0.join("new");
    // Grants are those of an issuer, which is named by its address.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let arguments = ["--data", data.to_str().unwrap(), "--listen", &address];
    let log_in = |demo: &Server| -> Value {
        let login = json!({ "name": "demo-bob", "scopes": "orders:read" }).to_string();
        serde_json::from_str(&http(demo.address(), "POST", "/demo/login", None, Some(&login)).body).unwrap()
    };
    let keys = |demo: &Server| http(demo.address(), "GET", "/jwks.json", None, None).body;

    let demo = Server::demo(&arguments, &[]);
    assert!(demo.announced().join("\n").contains("keys and grants are kept in the folder"));
    let (tokens, before) = (log_in(&demo), keys(&demo));
    assert_eq!(demo.stop("TERM").code(), Some(0));

    let demo = Server::demo(&arguments, &[]);
    assert_eq!(keys(&demo), before);
    let body = format!(
        "grant_type=refresh_token&client_id=demo-web&refresh_token={}",
        tokens["refresh_token"].as_str().unwrap()
    );
    let refreshed = form(demo.address(), "POST", "/token", None, &body);
    assert_eq!(refreshed.status, 200, "{refreshed:?}");

    // Its keys are for its owner alone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(data.join("portcullis-demo.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}

#[test]
fn it_listens_on_this_machine_alone_unless_it_is_told_twice() {
    let run = |arguments: &[&str]| Command::new(portcullis()).arg("demo").args(arguments).output().unwrap();
    for elsewhere in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let refused = run(&["--listen", elsewhere]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{elsewhere}: {said}");
        assert!(said.contains("can be reached from elsewhere") && said.contains("--expose"), "{elsewhere}: {said}");
        assert_eq!(refused.stdout, b"", "{elsewhere}");
    }
    for (name, arguments) in [
        ("as it is", &[][..]),
        ("by name", &["--listen", "127.0.0.1:0"]),
        ("on the new protocol", &["--listen", "[::1]:0"]),
        ("told once, without an address", &["--expose"]),
        ("told twice", &["--listen", "0.0.0.0:0", "--expose"]),
    ] {
        let demo = Server::demo(arguments, &[]);
        let reply = http(demo.address(), "GET", "/orders", None, None);
        assert_eq!((reply.status, demo.address().ip().is_loopback()), (401, true), "{name}");
    }
}

#[test]
fn what_keeps_it_from_starting_is_said_with_the_repair() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (name, arguments, repair) in [
        ("an address that is taken", ["--listen", &taken], "give --listen a free address"),
        ("no address", ["--listen", "here"], "give an IP address of this machine and a port"),
        ("a folder that cannot be", ["--data", "/dev/null/folder"], "give --data another folder"),
    ] {
        let run = Command::new(portcullis()).arg("demo").args(arguments).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(repair), "{name}: {said}");
    }
}

#[test]
fn a_tour_that_is_broken_off_is_no_success_and_tells_no_token() {
    let mut tour = Command::new(portcullis()).args(["demo", "--tour"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(tour.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said: Vec<String> = Vec::new();
    while !said.last().is_some_and(|line| line.contains("✓ ●●✕○○ 403 insufficient_scope")) {
        said.push(lines.next().expect("a step that is refused"));
    }
    let kill = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", tour.id())).status().unwrap();
    assert!(kill.success());
    let asked = Instant::now();
    said.extend(lines);
    assert_eq!(tour.wait().unwrap().code(), Some(1), "{said:#?}");
    assert!(asked.elapsed() < PATIENCE / 2);
    let said = said.join("\n");
    assert!(said.contains("One token, one door") && !said.contains("came out as promised"), "{said}");
    assert!(!said.contains("eyJ"), "a token: {said}");
}
