//! What is logged and counted. Never an entry, nor where Redis is.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::{info, warn};

use crate::{Fault, RevocationsHealth};

const TARGET: &str = "portcullis_redis";

/// What was said already: a state is told when it begins and when it ends.
#[derive(Debug, Default)]
pub(crate) struct Told {
    away: AtomicBool,
    skipped: AtomicBool,
}

impl Told {
    pub(crate) fn away(&self, fault: Fault) {
        metrics::counter!("portcullis_revocations_reconnects_total", "error" => fault.as_str()).increment(1);
        if !self.away.swap(true, Ordering::Relaxed) {
            warn!(target: TARGET, error = fault.as_str(), "revocations are not up to date: {fault}");
        }
    }

    pub(crate) fn back(&self) {
        if self.away.swap(false, Ordering::Relaxed) {
            info!(target: TARGET, "revocations are up to date again");
        }
    }

    pub(crate) fn skipped(&self, count: u64) {
        if count == 0 {
            return;
        }
        metrics::counter!("portcullis_revocations_skipped_entries_total").increment(count);
        if !self.skipped.swap(true, Ordering::Relaxed) {
            warn!(target: TARGET, "the stream of revocations has entries of another program, which are skipped: who can write there?");
        }
    }
}

/// Entries were handed on that Redis did not have.
pub(crate) fn handed_on(count: usize) {
    metrics::counter!("portcullis_revocations_handed_on_total").increment(u64::try_from(count).unwrap_or(u64::MAX));
    warn!(target: TARGET, count, "Redis did not have all revocations that are held here: it has them again");
}

pub(crate) fn not_handed_on(fault: Fault) {
    warn!(target: TARGET, error = fault.as_str(), "revocations that are held here are not shared: {fault}");
}

pub(crate) fn measure(health: &RevocationsHealth) {
    let entries = u32::try_from(health.entries).unwrap_or(u32::MAX);
    metrics::gauge!("portcullis_revocations_entries").set(entries);
    if let Some(age) = health.age {
        metrics::gauge!("portcullis_revocations_lag_seconds").set(age.as_secs_f64());
    }
}
