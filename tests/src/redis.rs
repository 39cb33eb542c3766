//! A Redis server for the time of a test.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

/// A Redis server on a port of its own. It is killed when dropped, and its data go with it.
#[derive(Debug)]
pub struct Redis {
    child: Option<Child>,
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
    password: Option<String>,
}

impl Redis {
    /// Starts one that keeps its data in memory alone.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with options: `["--appendonly", "yes"]`.
    ///
    /// # Panics
    /// When there is no `redis-server`, or it does not start.
    pub fn start_with(options: &[&str]) -> Self {
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        for _ in 0..10 {
            // Somebody else may take the port in between: then the next one.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let folder = std::env::temp_dir().join(format!("portcullis-redis-{}-{port}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let mut redis = Self { child: None, port, folder, options: options.clone(), password: None };
            if redis.run() {
                return redis;
            }
        }
        panic!("redis-server does not start");
    }

    /// Starts one that wants this password.
    pub fn start_with_password(password: &str) -> Self {
        let mut redis = Self::start_with(&["--requirepass", password]);
        redis.password = Some(password.to_owned());
        redis
    }

    fn run(&mut self) -> bool {
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", "", "--daemonize", "no"])
            .arg("--dir")
            .arg(&self.folder)
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server: `.ci/setup` installs it");
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 0 {
            if line.contains("Ready to accept connections") {
                self.child = Some(child);
                // It would stop at a pipe that nobody reads.
                thread::spawn(move || lines.read_to_end(&mut Vec::new()));
                return true;
            }
            line.clear();
        }
        child.wait().unwrap();
        false
    }

    /// Where it is, with the password if it has one.
    pub fn url(&self) -> String {
        match &self.password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}", self.port),
            None => format!("redis://127.0.0.1:{}", self.port),
        }
    }

    /// Where it is, for somebody else.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        format!("redis://{user}:{password}@127.0.0.1:{}", self.port)
    }

    /// Kills it. What it did not write to a file is gone.
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
        assert!((0..10).any(|_| self.run()), "redis-server does not start again");
    }

    /// From now on it answers nothing, with all connections open.
    pub fn hang(&self) {
        self.signal("STOP");
    }

    /// From now on it answers again.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id();
        let status = Command::new("sh").arg("-c").arg(format!("kill -{signal} {id}")).status().unwrap();
        assert!(status.success());
    }

    /// What it answers to a command, as `redis-cli` prints it: a line for each element.
    pub fn command(&self, command: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-e", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .envs(self.password.iter().map(|password| ("REDISCLI_AUTH", password)))
            .args(command)
            .output()
            .expect("redis-cli: it comes with redis-server");
        assert!(output.status.success(), "{command:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// All that it has written to files.
    pub fn files(&self) -> Vec<u8> {
        let (mut all, mut folders) = (Vec::new(), vec![self.folder.clone()]);
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() { folders.push(path) } else { all.extend(fs::read(path).unwrap()) }
            }
        }
        all
    }

    /// How many clients are connected, this one aside.
    pub fn clients(&self) -> usize {
        self.command(&["CLIENT", "LIST"]).lines().filter(|line| line.contains("id=")).count() - 1
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
        fs::remove_dir_all(&self.folder).ok();
    }
}
