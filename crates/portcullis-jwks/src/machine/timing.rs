//! The numbers.

use std::ops::RangeInclusive;
use std::time::Duration;

/// How long everything takes.
#[derive(Clone, Debug)]
pub struct Timing {
    /// How long a set is up to date when its origin does not say.
    pub lifetime: Duration,
    /// What of the origin's own saying is heeded.
    pub lifetimes: RangeInclusive<Duration>,
    /// How long a set is served past that, while it cannot be fetched. Zero: not at all.
    pub stale: Duration,
    /// The shortest and longest pause after failures.
    pub backoff: RangeInclusive<Duration>,
    /// The shortest time between two fetches of which the second is for an unknown `kid`.
    pub cooldown: Duration,
}

const SECOND: Duration = Duration::from_secs(1);

impl Timing {
    /// For an origin on the network.
    pub const NETWORK: Self = Self {
        lifetime: Duration::from_secs(10 * 60),
        lifetimes: Duration::from_secs(60)..=Duration::from_secs(24 * 60 * 60),
        stale: Duration::from_secs(24 * 60 * 60),
        backoff: SECOND..=Duration::from_secs(60),
        cooldown: Duration::from_secs(10),
    };

    /// For a local file, which costs nothing to look at: twice a second and a bit.
    pub const FILE: Self = Self {
        lifetime: Duration::from_millis(500),
        lifetimes: Duration::from_millis(500)..=Duration::from_millis(500),
        stale: Duration::from_secs(24 * 60 * 60),
        backoff: Duration::from_millis(400)..=Duration::from_millis(400),
        cooldown: Duration::from_millis(400),
    };
}
