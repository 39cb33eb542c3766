//! A PostgreSQL server for the time of a test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use sqlx::{Connection, PgConnection};

const USER: &str = "issuer";
const PASSWORD: &str = "s3cret-of-the-database";

/// A PostgreSQL server on a port of its own, with a user who has a password. It is killed when dropped, and its data go with it.
#[derive(Debug)]
pub struct Postgres {
    child: Option<Child>,
    port: u16,
    fsync: &'static str,
    folder: PathBuf,
    databases: AtomicUsize,
}

impl Postgres {
    /// Makes a cluster and starts it. What it wrote outlives it, but would not outlive the machine.
    ///
    /// # Panics
    /// When there is no `postgres`, or it does not start.
    pub fn start() -> Self {
        Self::start_with("fsync=off")
    }

    /// The same, and what it wrote outlives the machine too, as usual: slower.
    pub fn start_durable() -> Self {
        Self::start_with("fsync=on")
    }

    fn start_with(fsync: &'static str) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("portcullis-postgres-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let password = folder.join("password");
        fs::write(&password, PASSWORD).unwrap();
        if is_root() {
            let owned = Command::new("chown").args(["-R", "nobody"]).arg(&folder).status().unwrap();
            assert!(owned.success());
        }
        let made = program("initdb")
            .arg("--pgdata")
            .arg(folder.join("data"))
            .args(["--auth", "password", "--username", USER, "--encoding", "UTF8", "--no-locale", "--no-sync"])
            .arg("--pwfile")
            .arg(&password)
            .current_dir(&folder)
            .output()
            .expect("initdb: `.ci/setup` installs it");
        assert!(made.status.success(), "{made:?}");
        let mut postgres = Self { child: None, port, fsync, folder, databases: AtomicUsize::new(0) };
        for _ in 0..10 {
            if postgres.run() {
                return postgres;
            }
            // Somebody else may have taken the port in between.
            postgres.port = free_port();
        }
        panic!("postgres does not start: {}", fs::read_to_string(postgres.folder.join("log")).unwrap_or_default());
    }

    fn run(&mut self) -> bool {
        let log = fs::File::create(self.folder.join("log")).unwrap();
        let mut child = program("postgres")
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", self.fsync, "-c", "shared_buffers=16MB", "-c", "max_connections=100"])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres: `.ci/setup` installs it");
        for _ in 0..600 {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            // It writes this once it takes connections.
            let ready = fs::read_to_string(self.folder.join("data/postmaster.pid"))
                .is_ok_and(|state| state.lines().nth(7).is_some_and(|line| line.trim() == "ready"));
            if ready && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                self.child = Some(child);
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        false
    }

    /// Where a database of this server is, with the password.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    /// What nobody is to read in a log.
    pub const fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Makes an empty database, and says where it is.
    pub async fn fresh(&self) -> String {
        let name = format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        let create = format!("CREATE DATABASE {name}");
        sqlx::raw_sql(&create).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.url(&name)
    }

    /// Kills it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Kills it if it runs, and starts it again where it was.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.stop();
        // What is left of the one before has to notice first.
        let started = (0..100).any(|_| {
            let runs = self.run();
            if !runs {
                thread::sleep(Duration::from_millis(100));
            }
            runs
        });
        assert!(started, "postgres does not start again");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        for _ in 0..50 {
            if fs::remove_dir_all(&self.folder).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.trim_ascii() == b"0"
}

/// One of its programs, from where Debian keeps them, or else by name. It refuses to run as root: then it runs as nobody.
fn program(name: &str) -> Command {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists()).max();
    let path = found.unwrap_or_else(|| Path::new(name).to_owned());
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]).arg(path);
    command
}
