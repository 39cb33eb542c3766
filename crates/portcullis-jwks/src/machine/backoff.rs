//! Pauses after failures.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Exponential, with full jitter over what is beyond the shortest pause: many instances that lost one provider at the same
/// moment do not come back to it at the same moment.
pub(super) fn pause(failures: u32, range: &RangeInclusive<Duration>, random: &mut fastrand::Rng) -> Duration {
    let (shortest, longest) = (*range.start(), *range.end());
    let doubled = shortest.saturating_mul(2_u32.saturating_pow(failures.min(31))).min(longest);
    shortest + doubled.saturating_sub(shortest).mul_f64(random.f64())
}
