//! Revocations for [Portcullis](https://docs.rs/portcullis) that several instances share through Redis.
//!
//! Each instance keeps a whole copy and follows an append-only log in Redis, a stream. What it promises:
//!
//! 1. **No request waits for Redis.** A token is looked for in the copy: no I/O, no lock.
//! 2. **What one instance revokes, all refuse**, within milliseconds; those that start later, too.
//! 3. **A copy that may be old is not believed.** An instance that has not heard from Redis for `max_lag` (5 s) answers
//!    [`Standing::Unknown`](portcullis_core::Standing): 503 with `Retry-After`. So a revoked token is accepted for `max_lag` at
//!    most, wherever the network breaks. [`allow_while_away`](DangerousRevocations::allow_while_away) gives that up.
//! 4. **What is revoked stays revoked.** While Redis is away the copy still refuses what it names. A Redis that lost its data,
//!    in a restart, a failover or a `FLUSHALL`, is noticed within about a second and gets back what any instance holds. What it
//!    would not take when it was revoked, it is offered again.
//! 5. **It ends.** Entries go with the last token that they mean, from the copies and from the stream. The task and the
//!    connections end with [`shutdown`](RedisRevocations::shutdown) or the last clone.
//! 6. **Nothing leaks.** No log line, metric, `Debug` or error holds an entry, the URL or an answer of Redis.
//!
//! ```no_run
//! use std::time::Duration;
//! use portcullis_core::{Principal, Revocation, Rules};
//! use portcullis_redis::RedisRevocations;
//!
//! # async fn example(url: String) -> Result<(), Box<dyn std::error::Error>> {
//! let revoked = RedisRevocations::connect(url).start()?;
//! revoked.ready(Duration::from_secs(10)).await?;
//! let rules = Rules::new().revocations(revoked.clone());
//! # let _ = rules;
//!
//! /// Logs the caller out, everywhere.
//! async fn log_out(caller: &Principal, revoked: &RedisRevocations) -> Result<(), Box<dyn std::error::Error>> {
//!     let entry = caller.revocation().ok_or("the token has no `jti` to go by")?;
//!     Ok(revoked.revoke(entry).await?) // an error says that it holds here alone
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Redis
//!
//! Version 6.2 or later, or Valkey; one primary, by one address. Let it keep the stream: `appendonly yes`, and
//! `maxmemory-policy noeviction`, or it drops the key when memory is short. When all instances stop at once, what Redis does not
//! have is gone; and an instance that starts right after Redis lost its data has nothing until another hands it back, about a
//! second later.
//!
//! Who can write to the stream can refuse service and, as `XADD` can trim, let revoked tokens in at instances that start later: let
//! nobody else have it. A user of Redis for this alone needs `+xadd +xread +xrange +xtrim` on that one key.
//!
//! An entry can't be taken back: it ends with the tokens that it means.
//!
//! # Metrics
//!
//! Through the [`metrics`](https://docs.rs/metrics) facade: `portcullis_revocations_entries` and
//! `portcullis_revocations_lag_seconds` (gauges), `portcullis_revocations_reconnects_total` by `error`,
//! `portcullis_revocations_skipped_entries_total` and `portcullis_revocations_handed_on_total` (counters).

mod address;
mod append;
mod backoff;
mod builder;
mod catch_up;
mod contact;
mod entry;
mod error;
mod fault;
mod follow;
mod health;
mod reply;
mod revocations;
mod shared;
mod stream;
mod telemetry;

pub use builder::{DangerousRevocations, RedisRevocationsBuilder};
pub use error::{ReadyError, RevokeError, StartError};
pub use fault::Fault;
pub use health::RevocationsHealth;
pub use revocations::RedisRevocations;
