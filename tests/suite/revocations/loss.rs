//! What is revoked stays revoked, whatever becomes of the data of Redis.

use std::time::Duration;

use portcullis::{Clock, Standing, SystemClock};
use portcullis_redis::{Fault, RevokeError};
use portcullis_tests::redis::Redis;

use super::{instance, is_revoked, list, standing, started, token, until};

/// How many entries Redis has.
fn in_redis(redis: &Redis) -> usize {
    redis.command(&["XLEN", "portcullis:revocations"]).trim().parse().unwrap_or(0)
}

/// As entries say it.
fn in_an_hour() -> String {
    format!("{}.000000000", SystemClock.now().unwrap().as_secs() + 3600)
}

#[tokio::test]
async fn a_redis_that_restarts_empty_gets_back_what_the_instances_hold() {
    let mut redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    for number in 0..300 {
        here.revoke(token(&format!("before-{number}"))).await.unwrap();
    }
    until("there too", || there.health().entries == 300).await;
    redis.restart();
    until("redis has them again", || in_redis(&redis) >= 300).await;
    assert!(in_redis(&redis) <= 600, "one hands them on, or both: {}", in_redis(&redis));
    let later = instance(&redis).await;
    for list in [&here, &there, &later] {
        until("it is back", || standing(list, "never") == Standing::Good).await;
        assert!(is_revoked(list, "before-0") && is_revoked(list, "before-299"));
        assert_eq!(list.health().entries, 300);
    }
    there.revoke(token("after")).await.unwrap();
    until("and it goes on", || is_revoked(&here, "after") && is_revoked(&later, "after")).await;
}

#[tokio::test]
async fn data_that_vanish_under_open_connections_are_noticed() {
    let redis = Redis::start();
    let here = instance(&redis).await;
    here.revoke(token("first")).await.unwrap();
    until("it is read", || here.health().age.is_some_and(|age| age < Duration::from_millis(500))).await;
    for (number, command) in [&["FLUSHALL"][..], &["DEL", "portcullis:revocations"]].into_iter().enumerate() {
        redis.command(command);
        // Another writes at once: the end of the stream is ahead of what was read, and yet it is another stream.
        let script = "return redis.call('XADD', KEYS[1], '*', 'claim', 'jti', 'iss', 'https://id.test', 'value', ARGV[1], \
                      'until', ARGV[2])";
        redis.command(&["EVAL", script, "1", "portcullis:revocations", &format!("other-{number}"), &in_an_hour()]);
        until("first is in the stream", || {
            redis.command(&["XRANGE", "portcullis:revocations", "-", "+"]).contains("first")
        })
        .await;
        let later = instance(&redis).await;
        assert!(is_revoked(&later, "first") && is_revoked(&later, &format!("other-{number}")));
        assert!(is_revoked(&here, &format!("other-{number}")));
    }
    // Nobody writes.
    redis.command(&["FLUSHALL"]);
    until("first is back", || in_redis(&redis) >= 1).await;
    assert!(is_revoked(&instance(&redis).await, "first"));
}

#[tokio::test]
async fn what_is_revoked_while_redis_is_away_holds_here_and_is_handed_on_later() {
    let mut redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    redis.stop();
    let error = here.revoke(token("meanwhile")).await.unwrap_err();
    assert_eq!(error, RevokeError::NotShared(Fault::Unreachable));
    assert!(error.to_string().contains("in this instance alone") && error.to_string().contains("try again"), "{error}");
    assert!(is_revoked(&here, "meanwhile") && !is_revoked(&there, "meanwhile"));
    redis.restart();
    until("there too", || is_revoked(&there, "meanwhile")).await;
    here.revoke(token("afterwards")).await.unwrap();
    until("and it goes on", || is_revoked(&there, "afterwards")).await;
}

#[tokio::test]
async fn connections_that_were_closed_meanwhile_are_replaced_without_an_error() {
    let redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    for number in 0..5 {
        here.revoke(token(&format!("token-{number}"))).await.unwrap();
        redis.command(&["CLIENT", "KILL", "TYPE", "normal"]);
    }
    until("there too", || is_revoked(&there, "token-4")).await;
    assert!((0..5).all(|number| is_revoked(&there, &format!("token-{number}"))));
}

#[tokio::test]
async fn a_redis_that_takes_no_writes_still_tells_and_is_offered_again() {
    let redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    here.revoke(token("before")).await.unwrap();
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let error = here.revoke(token("no-room")).await.unwrap_err();
    assert_eq!(error, RevokeError::NotShared(Fault::OutOfMemory));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!here.is_away() && is_revoked(&here, "no-room"), "it can be read all the same");
    assert!(!there.is_away() && is_revoked(&there, "before") && !is_revoked(&there, "no-room"));
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    until("handed on", || is_revoked(&there, "no-room")).await;
}

#[tokio::test]
async fn a_redis_that_keeps_its_data_knows_them_when_all_instances_are_gone() {
    let mut redis = Redis::start_with(&["--appendonly", "yes", "--appendfsync", "always"]);
    let first = instance(&redis).await;
    first.revoke(token("kept")).await.unwrap();
    first.shutdown().await;
    redis.restart();
    let second = started(list(&redis)).await;
    assert!(is_revoked(&second, "kept"));
}

/// Whoever can append can name a moment far ahead: what is needed is not dropped for it. And what would never end is not taken.
#[tokio::test]
async fn an_entry_of_somebody_else_from_the_future_drops_nothing() {
    let redis = Redis::start();
    let here = instance(&redis).await;
    for number in 0..400 {
        here.revoke(token(&format!("before-{number}"))).await.unwrap();
    }
    let in_two_days = (SystemClock.now().unwrap().as_secs() + 2 * 24 * 3600) * 1000;
    let key = "portcullis:revocations";
    let entry = ["claim", "jti", "iss", "https://id.test", "value", "for-ever", "until", "9999999999.000000000"];
    redis.command(&[&["XADD", key, &format!("{in_two_days}-0")][..], &entry].concat());
    // An instance that has not trimmed yet does so now.
    let there = instance(&redis).await;
    there.revoke(token("after")).await.unwrap();
    until("here too", || is_revoked(&here, "after")).await;
    assert!(in_redis(&redis) >= 402, "{}", in_redis(&redis));
    let later = instance(&redis).await;
    assert!((0..400).all(|number| is_revoked(&later, &format!("before-{number}"))));
    assert!(!is_revoked(&later, "for-ever"), "no list may ask for more than its retention");
}
