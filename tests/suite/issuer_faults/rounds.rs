//! The killing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::books;
use super::child::{AT_ONCE, ORDERS, REFRESHES};
use super::journal::{self, Families};
use super::places::UnderTest;

/// A journal of its own, which goes with it.
struct Desk(PathBuf);

/// A child that ends with the test.
struct Running(Child);

impl Desk {
    fn new() -> Self {
        let name = format!("portcullis-faults-{}-{}", std::process::id(), fastrand::u64(..));
        Self(std::env::temp_dir().join(name))
    }

    fn child(&self, under_test: &UnderTest) -> Running {
        let orders = format!("{}\n{}\n{}", under_test.kind, under_test.url, self.0.display());
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "issuer_faults::child::child", "--nocapture"])
            .env(ORDERS, orders)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Running(child)
    }

    /// What the journal says, once the child was killed.
    fn families_left(&self) -> Result<Families, String> {
        journal::mend(&self.0);
        journal::read(&self.0)
    }

    /// Waits until the child has got somewhere.
    async fn grows(&self, child: &mut Running) -> Result<(), String> {
        let before = length(&self.0);
        for _ in 0..3000 {
            if length(&self.0) > before {
                return Ok(());
            }
            if let Some(status) = child.0.try_wait().unwrap() {
                journal::read(&self.0)?;
                return Err(format!("the child is gone: {status}"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the child does nothing".into())
    }
}

impl Running {
    fn signal(&self, signal: &str) {
        let id = self.0.id();
        let status = Command::new("sh").arg("-c").arg(format!("kill -{signal} {id}")).status().unwrap();
        assert!(status.success());
    }

    fn kill(&mut self) {
        self.0.kill().ok();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

async fn a_while() {
    tokio::time::sleep(Duration::from_millis(fastrand::u64(20..200))).await;
}

/// Kills one issuer after the other, each over what the one before left. In between the books are checked of all families but those that
/// the next one goes on with: that one finds out itself whether they live.
pub(super) async fn kill_issuers(under_test: UnderTest, rounds: usize) -> Result<(), String> {
    let desk = Desk::new();
    for _ in 0..rounds {
        let mut child = desk.child(&under_test);
        desk.grows(&mut child).await?;
        a_while().await;
        child.kill();
        let mut families = desk.families_left()?;
        let open = families.iter().filter(|(_, lineage)| lineage.closed.is_none()).map(|(family, _)| *family);
        let youngest: Vec<_> = open.rev().take(AT_ONCE).collect();
        families.retain(|family, _| !youngest.contains(family));
        books::check(&under_test, &desk.0, &families).await?;
    }
    finish(&desk, &under_test).await
}

/// Kills the server of the store again and again below one issuer, and the issuer at last. In between the books are checked of the families
/// that the issuer has done with.
pub(super) async fn kill_servers(mut under_test: UnderTest, rounds: usize) -> Result<(), String> {
    let desk = Desk::new();
    let mut child = desk.child(&under_test);
    for _ in 0..rounds {
        desk.grows(&mut child).await?;
        a_while().await;
        under_test.crash();
        // It would be quicker than whoever checks its books.
        child.signal("STOP");
        let mut families = journal::read(&desk.0)?;
        families.retain(|_, lineage| lineage.tokens.len() > REFRESHES);
        books::check(&under_test, &desk.0, &families).await?;
        child.signal("CONT");
    }
    desk.grows(&mut child).await?;
    a_while().await;
    child.kill();
    finish(&desk, &under_test).await
}

async fn finish(desk: &Desk, under_test: &UnderTest) -> Result<(), String> {
    let families = desk.families_left()?;
    let refreshes: usize = families.values().map(|lineage| lineage.tokens.len() - 1).sum();
    let closed = families.values().filter(|lineage| lineage.closed.is_some()).count();
    eprintln!("{}: {} families, {closed} checked before, {refreshes} refreshes", under_test.kind, families.len());
    if refreshes == 0 {
        return Err("nothing was refreshed".into());
    }
    books::check(under_test, &desk.0, &families).await
}
