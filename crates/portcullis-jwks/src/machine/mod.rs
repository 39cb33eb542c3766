//! When to fetch, what to serve, what to say to an unknown `kid`: decided here, without I/O and by a clock that is handed in.
//!
//! What holds for every schedule of time, requests, outages and rotations (`tests/suite/jwks/machine.rs` states it as properties):
//!
//! 1. One fetch at a time, and never more than one within [`Timing::cooldown`] because of unknown `kid`s, failures counted.
//! 2. A set is fetched again before it is out of date; a failure is followed by pauses that grow.
//! 3. The old set serves while fetches fail, to a bound, and not past it. A failed fetch replaces nothing.
//! 4. A successful fetch replaces the whole set: a key that is no longer in it is gone.
//! 5. An unknown `kid` is refused if the set is newer than the token or the cooldown, waits for a fetch if there may be one,
//!    and cannot be told otherwise.

mod backoff;
mod schedule;
mod timing;
mod unknown_kids;

pub use schedule::{Loaded, Machine, Step, UnknownKidVerdict};
pub use timing::Timing;
