//! The state machine.

use std::time::{Duration, Instant};

use portcullis_core::{KeyHealth, KeyState};

use super::backoff;
use super::timing::Timing;
use super::unknown_kids::UnknownKids;

/// The state of a set of keys `K`, which it never looks into.
#[derive(Debug)]
pub struct Machine<K> {
    timing: Timing,
    random: fastrand::Rng,
    held: Option<Held<K>>,
    last: Option<Attempt>,
    /// In a row, up to now.
    failures: u32,
    /// Why the last of them failed.
    last_failure: Option<&'static str>,
    /// When the next fetch is to begin.
    next: Instant,
    /// The next fetch is for an unknown `kid`.
    forced: bool,
    /// Requests that wait for the fetch under way.
    waiting: usize,
    unknown_kids: UnknownKids,
    stopped: bool,
}

#[derive(Debug)]
struct Held<K> {
    keys: K,
    /// What the origin held then is in the set: when the fetch began.
    as_of: Instant,
    due: Instant,
    fresh_until: Instant,
    serve_until: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Attempt {
    began: Instant,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    UnderWay,
    Succeeded,
    Failed,
}

/// What a fetch came to.
#[derive(Clone, Debug)]
pub struct Loaded<K> {
    /// The new set; `None` if the origin says that the old one still is.
    pub keys: Option<K>,
    /// How long it is up to date, if the origin says.
    pub lifetime: Option<Duration>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Fetch; the machine takes the fetch to have begun.
    Fetch {
        /// For an unknown `kid`.
        forced: bool,
    },
    /// A fetch is under way, or there will never be one again.
    Wait,
    /// Ask again then, or when an unknown `kid` waits.
    WaitUntil(Instant),
}

/// What to say to an unknown `kid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownKidVerdict {
    /// The keys are newer than the token, or than the cooldown.
    Refuse,
    /// Wait for the fetch that is under way or about to be.
    Wait,
    /// It cannot be told for so long.
    Unavailable(Duration),
}

/// Beyond that many, waiting for a fetch is refused: each holds a request in memory.
const MOST_WAITING: usize = 1024;

/// The shortest time that a caller is told to wait.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

impl<K> Machine<K> {
    /// Without a set; the first fetch is due at once. The seed decides the jitter: give each instance another.
    pub fn new(timing: Timing, seed: u64, now: Instant) -> Self {
        Self {
            timing,
            random: fastrand::Rng::with_seed(seed),
            held: None,
            last: None,
            failures: 0,
            last_failure: None,
            next: now,
            forced: false,
            waiting: 0,
            unknown_kids: UnknownKids::default(),
            stopped: false,
        }
    }

    /// What to do now.
    pub fn step(&mut self, now: Instant) -> Step {
        if self.stopped || self.is_under_way() {
            return Step::Wait;
        }
        if now < self.next {
            return Step::WaitUntil(self.next);
        }
        self.last = Some(Attempt { began: now, outcome: Outcome::UnderWay });
        Step::Fetch { forced: std::mem::take(&mut self.forced) }
    }

    /// The fetch under way succeeded. An origin that says that nothing has changed when there is nothing has failed.
    pub fn succeeded(&mut self, loaded: Loaded<K>, now: Instant) {
        let Some(Attempt { began, outcome: Outcome::UnderWay }) = self.last else { return };
        let Some(keys) = loaded.keys.or_else(|| self.held.take().map(|held| held.keys)) else {
            return self.failed("not_modified", now);
        };
        let (shortest, longest) = (*self.timing.lifetimes.start(), *self.timing.lifetimes.end());
        let lifetime = loaded.lifetime.unwrap_or(self.timing.lifetime).min(longest).max(shortest);
        // At 80 %, give or take a tenth, so that instances that started together spread.
        let due = after(began, lifetime.mul_f64(self.random.f64().mul_add(0.16, 0.72)));
        let fresh_until = after(began, lifetime);
        let serve_until = after(fresh_until, self.timing.stale);
        self.held = Some(Held { keys, as_of: began, due, fresh_until, serve_until });
        self.finish(began, Outcome::Succeeded);
        self.failures = 0;
        self.last_failure = None;
        self.next = due.max(now);
    }

    /// The fetch under way failed; `reason` is a stable name.
    pub fn failed(&mut self, reason: &'static str, now: Instant) {
        let Some(Attempt { began, outcome: Outcome::UnderWay }) = self.last else { return };
        self.finish(began, Outcome::Failed);
        self.last_failure = Some(reason);
        self.next = after(now, backoff::pause(self.failures, &self.timing.backoff, &mut self.random));
        self.failures = self.failures.saturating_add(1);
    }

    fn finish(&mut self, began: Instant, outcome: Outcome) {
        self.last = Some(Attempt { began, outcome });
        self.waiting = 0;
    }

    /// There will be no more fetches.
    pub fn stop(&mut self) {
        self.stopped = true;
        self.waiting = 0;
    }

    /// The process slept, or the clock of the system was set forward, for so long: the set is older by that. A fetch is due.
    pub fn missed(&mut self, time: Duration, now: Instant) {
        if let Some(held) = &mut self.held {
            for moment in [&mut held.as_of, &mut held.due, &mut held.fresh_until, &mut held.serve_until] {
                *moment = moment.checked_sub(time).unwrap_or(now);
            }
        }
        self.next = self.next.min(now);
    }

    /// What to say to a `kid` that is not in the set. A verdict to wait is followed by a fetch.
    pub fn unknown_kid(&mut self, kid: &str, now: Instant) -> UnknownKidVerdict {
        let first_seen = self.unknown_kids.first_seen(kid, now);
        let Some(held) = self.held.as_ref().filter(|held| now < held.serve_until) else {
            return UnknownKidVerdict::Unavailable(self.retry_after(now));
        };
        if held.as_of >= first_seen {
            return UnknownKidVerdict::Refuse;
        }
        if self.stopped {
            return UnknownKidVerdict::Unavailable(self.timing.cooldown.max(SHORTEST_WAIT));
        }
        if self.is_under_way() || self.forced {
            return self.wait();
        }
        let cooldown = |last: Attempt| (last.outcome, after(last.began, self.timing.cooldown));
        match self.last.map(cooldown).filter(|(_, over)| now < *over) {
            Some((Outcome::Succeeded, _)) => UnknownKidVerdict::Refuse,
            Some((_, over)) => UnknownKidVerdict::Unavailable((over - now).max(SHORTEST_WAIT)),
            None => {
                self.forced = true;
                self.next = now;
                self.wait()
            }
        }
    }

    fn wait(&mut self) -> UnknownKidVerdict {
        if self.waiting >= MOST_WAITING {
            return UnknownKidVerdict::Unavailable(SHORTEST_WAIT);
        }
        self.waiting += 1;
        UnknownKidVerdict::Wait
    }

    /// How long a caller should wait while there are no keys to serve.
    pub fn retry_after(&self, now: Instant) -> Duration {
        self.next.saturating_duration_since(now).max(SHORTEST_WAIT)
    }

    /// The set, and until when it may be served.
    pub fn serving(&self) -> Option<(&K, Instant)> {
        self.held.as_ref().map(|held| (&held.keys, held.serve_until))
    }

    /// How things are.
    pub fn health(&self, now: Instant) -> KeyHealth {
        let state = match &self.held {
            None => KeyState::Pending,
            Some(held) if now >= held.serve_until => KeyState::Expired,
            Some(held) if now >= held.fresh_until => KeyState::Stale,
            Some(held) if now >= held.due => KeyState::Due,
            Some(_) => KeyState::Fresh,
        };
        let mut health = KeyHealth::of(state);
        health.age = self.held.as_ref().map(|held| now.saturating_duration_since(held.as_of));
        health.last_error = if self.stopped { Some("stopped") } else { self.last_failure };
        health.next_attempt = (!self.stopped).then(|| self.next.saturating_duration_since(now));
        health
    }

    fn is_under_way(&self) -> bool {
        self.last.is_some_and(|last| last.outcome == Outcome::UnderWay)
    }
}

/// A moment that cannot be told is as good as none: what was to last until then is over.
fn after(moment: Instant, time: Duration) -> Instant {
    moment.checked_add(time).unwrap_or(moment)
}
