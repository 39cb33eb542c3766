//! How long to wait before the next attempt.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Doubles with every failure, up to five seconds. What is waited is anything up to that: instances that lost Redis together
/// do not come back together.
#[derive(Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    pub(crate) fn next(&mut self) -> Duration {
        let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        up_to(ceiling)
    }
}

/// Anything from nothing to that long.
pub(crate) fn up_to(longest: Duration) -> Duration {
    longest.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_five_seconds_and_starts_again() {
        let mut backoff = Backoff::default();
        for ceiling in [100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            assert!(backoff.next() <= Duration::from_millis(ceiling));
        }
        let mut longest = Duration::ZERO;
        for _ in 0..200 {
            longest = longest.max(backoff.next());
        }
        assert!(longest > Duration::from_secs(2) && longest <= LONGEST);
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
