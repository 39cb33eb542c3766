//! How long it took to get here.

use std::fmt;
use std::time::{Duration, Instant};

/// Runs since the program began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Since the program began; and since the command was given, where that was much earlier.
impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed = self.elapsed();
        write!(f, "{} ms", elapsed.as_millis())?;
        match since_command() {
            Some(since) if since > elapsed + Duration::from_secs(1) => {
                write!(f, " ({} after the command, with the build)", humantime::format_duration(whole_seconds(since)))
            }
            _ => Ok(()),
        }
    }
}

const fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}

/// How long this process has been there. `cargo run` turns into the program that it built, so the build counts.
#[cfg(target_os = "linux")]
fn since_command() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The 22nd field of proc(5), counted from behind the name, which may hold anything: the start, in hundredths of a second since boot.
    let (_, fields) = stat.rsplit_once(')')?;
    let start: f64 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(uptime - start / 100.0).ok()
}

#[cfg(not(target_os = "linux"))]
const fn since_command() -> Option<Duration> {
    None
}
