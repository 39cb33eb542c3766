//! A copy that may be old is not believed.

use std::time::Duration;

use portcullis::Standing;
use portcullis_redis::{Fault, ReadyError, RedisRevocations};
use portcullis_tests::redis::Redis;

use super::{MAX_LAG, PATIENCE, instance, is_revoked, list, standing, started, token, until};

fn is_unknown(list: &RedisRevocations) -> bool {
    matches!(standing(list, "another"), Standing::Unknown { retry_after } if retry_after >= Duration::from_secs(1))
}

#[tokio::test]
async fn while_redis_is_away_nobody_is_good_and_the_revoked_stay_revoked() {
    let mut redis = Redis::start();
    let list = instance(&redis).await;
    list.revoke(token("stolen")).await.unwrap();
    assert_eq!(standing(&list, "another"), Standing::Good);
    assert!(!list.is_away());
    redis.stop();
    assert_eq!(standing(&list, "another"), Standing::Good, "for `max_lag` the copy is good enough");
    let took = until("away", || is_unknown(&list)).await;
    assert!(took <= MAX_LAG + Duration::from_millis(500), "{took:?}");
    assert!(is_revoked(&list, "stolen") && list.is_away());
    let health = list.health();
    assert!(!health.connected && health.away && health.age > Some(MAX_LAG));
    assert_eq!((health.entries, health.last_error), (1, Some(Fault::Unreachable)));
    redis.restart();
    until("back", || standing(&list, "another") == Standing::Good).await;
    assert!(list.health().connected && !list.is_away() && is_revoked(&list, "stolen"));
}

#[tokio::test]
async fn a_redis_that_hangs_is_away_within_the_lag() {
    let redis = Redis::start();
    let list = instance(&redis).await;
    redis.hang();
    let took = until("away", || is_unknown(&list)).await;
    assert!(took <= MAX_LAG + Duration::from_millis(500), "{took:?}");
    let error = list.revoke(token("stolen")).await.unwrap_err();
    assert!(error.to_string().contains("did not answer in time"), "{error}");
    until("the connection is given up", || !list.health().connected).await;
    assert_eq!(list.health().last_error, Some(Fault::TimedOut));
    redis.go_on();
    until("back", || standing(&list, "another") == Standing::Good).await;
    assert!(is_revoked(&list, "stolen"));
    let another = instance(&redis).await;
    until("and handed on", || is_revoked(&another, "stolen")).await;
}

#[tokio::test]
async fn who_says_so_goes_by_an_old_copy_but_never_by_none() {
    let mut redis = Redis::start();
    let lenient = || list(&redis).dangerous().allow_while_away();
    let list = started(lenient()).await;
    list.revoke(token("stolen")).await.unwrap();
    let url = redis.url();
    redis.stop();
    until("away", || list.is_away()).await;
    assert_eq!(standing(&list, "another"), Standing::Good);
    assert!(is_revoked(&list, "stolen"));
    let without = RedisRevocations::connect(url).dangerous().allow_while_away().start().unwrap();
    assert!(is_unknown(&without) && without.is_away());
}

#[tokio::test]
async fn before_the_first_copy_nothing_is_good_and_ready_says_why() {
    let mut redis = Redis::start();
    redis.stop();
    let list = list(&redis).start().unwrap();
    assert!(is_unknown(&list));
    let error = list.ready(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error, ReadyError::NotInTime(Some(Fault::Unreachable)));
    assert!(is_unknown(&list) && list.health().age.is_none());
    redis.restart();
    list.ready(PATIENCE).await.unwrap();
    assert_eq!(standing(&list, "another"), Standing::Good);
}

#[tokio::test]
async fn a_slow_trickle_of_entries_does_not_pass_for_silence() {
    let redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    for number in 0..30 {
        here.revoke(token(&number.to_string())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(80)).await;
        assert!(!here.is_away() && !there.is_away());
    }
    assert!(is_revoked(&there, "28"));
}
