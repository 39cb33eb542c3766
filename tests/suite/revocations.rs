//! Revocations: the list in memory against a model, and the list in Redis against servers that come, go and forget.

mod away;
mod care;
mod layers;
mod loss;
mod memory;
mod sharing;

use std::time::{Duration, Instant};

use portcullis::{Revocable, Revocation, Revocations, Standing, Timestamp};
use portcullis_redis::{RedisRevocations, RedisRevocationsBuilder};
use portcullis_testing::ManualClock;
use portcullis_tests::redis::Redis;

pub(crate) const ISSUER: &str = "https://id.test";

/// How long a thing may take that should take milliseconds, on a machine that has other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// One second is as long as an instance of these tests goes by its copy.
pub(crate) const MAX_LAG: Duration = Duration::from_secs(1);

pub(crate) fn list(redis: &Redis) -> RedisRevocationsBuilder {
    RedisRevocations::connect(redis.url()).max_lag(MAX_LAG)
}

/// An instance that has its first copy.
pub(crate) async fn instance(redis: &Redis) -> RedisRevocations {
    started(list(redis)).await
}

pub(crate) async fn started(builder: RedisRevocationsBuilder) -> RedisRevocations {
    let list = builder.start().unwrap();
    list.ready(PATIENCE).await.unwrap();
    list
}

/// In an hour.
pub(crate) fn exp() -> Timestamp {
    Timestamp::from_secs(now() + 3600)
}

pub(crate) fn now() -> u64 {
    use portcullis::Clock as _;
    ManualClock::now_of_system().now().unwrap().as_secs()
}

/// How a token stands that was issued now, and has this `jti`.
pub(crate) fn standing(list: &impl Revocations, jti: &str) -> Standing {
    let mut token = Revocable::new(ISSUER, Timestamp::from_secs(now()));
    token.token_id = Some(jti);
    list.standing(&token)
}

pub(crate) fn is_revoked(list: &impl Revocations, jti: &str) -> bool {
    standing(list, jti) == Standing::Revoked
}

pub(crate) fn token(jti: &str) -> Revocation {
    Revocation::of_token(ISSUER, jti, exp())
}

/// Waits until it is so, and says how long that took.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}
