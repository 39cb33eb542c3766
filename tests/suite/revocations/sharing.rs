//! What one instance revokes, all refuse.

use std::time::Duration;

use portcullis::{Revocable, Revocation, Revocations, Standing, Timestamp};
use portcullis_testing::ManualClock;
use portcullis_tests::redis::Redis;

use super::{ISSUER, exp, instance, is_revoked, list, now, standing, started, token, until};

#[tokio::test]
async fn what_one_instance_revokes_the_other_refuses_within_a_second() {
    let redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    let demoted = Timestamp::from_secs(now());
    here.revoke(token("stolen")).await.unwrap();
    here.revoke(Revocation::of_session(ISSUER, "session", exp())).await.unwrap();
    here.revoke(Revocation::of_subject(ISSUER, "alice", demoted, exp())).await.unwrap();
    assert!(is_revoked(&here, "stolen"), "here at once");
    let of_alice = |issued_at: u64| {
        let mut token = Revocable::new(ISSUER, Timestamp::from_secs(issued_at));
        token.subject = Some("alice");
        there.standing(&token)
    };
    let took = until("alice is demoted there", || of_alice(now() - 10) == Standing::Revoked).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(is_revoked(&there, "stolen"));
    assert_eq!(of_alice(now() + 1), Standing::Good, "she logged in again");
    let mut of_session = Revocable::new(ISSUER, demoted);
    of_session.session_id = Some("session");
    assert_eq!(there.standing(&of_session), Standing::Revoked);
    assert_eq!(standing(&there, "session"), Standing::Good, "a session is no token");
    let mut of_another = Revocable::new("https://another.test", demoted);
    of_another.token_id = Some("stolen");
    assert_eq!(there.standing(&of_another), Standing::Good, "the same name at another issuer");
    assert_eq!(there.health().entries, 3);
}

#[tokio::test]
async fn an_instance_that_starts_later_knows_what_was_revoked_before() {
    let redis = Redis::start();
    let first = instance(&redis).await;
    for number in 0..250 {
        first.revoke(token(&format!("token-{number}"))).await.unwrap();
    }
    // More than is read at once, as other instances would have written them.
    let script = "for i = 1, 2500 do redis.call('XADD', KEYS[1], '*', 'claim', 'jti', 'iss', ARGV[1], 'value', 'more-' .. i, \
                  'until', ARGV[2]) end return 1";
    let until_exp = format!("{}.000000000", exp().as_secs());
    redis.command(&["EVAL", script, "1", "portcullis:revocations", ISSUER, &until_exp]);
    let later = instance(&redis).await;
    assert!(is_revoked(&later, "token-0") && is_revoked(&later, "token-249"));
    assert!(is_revoked(&later, "more-1") && is_revoked(&later, "more-2500"));
    assert_eq!(later.health().entries, 2750);
    until("the first has them too", || first.health().entries == 2750).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_are_revoked_at_once_none_is_missed() {
    let redis = Redis::start();
    let instances = [instance(&redis).await, instance(&redis).await];
    let mut revoking = Vec::new();
    for number in 0..64 {
        for (at, list) in instances.iter().cloned().enumerate() {
            revoking.push(tokio::spawn(async move { list.revoke(token(&format!("{at}-{number}"))).await }));
        }
    }
    for revoked in revoking {
        revoked.await.unwrap().unwrap();
    }
    for list in &instances {
        until("both have all", || list.health().entries == 128).await;
        assert!(
            (0..64).all(|number| is_revoked(list, &format!("0-{number}")) && is_revoked(list, &format!("1-{number}")))
        );
    }
    assert_eq!(redis.clients(), 4, "two connections each, however many revoke at once");
}

#[tokio::test]
async fn entries_end_with_the_tokens_that_they_mean() {
    let redis = Redis::start();
    let clock = ManualClock::now_of_system();
    let first = started(list(&redis).clock(clock.clone())).await;
    let exp = Timestamp::from_secs(now() + 100);
    first.revoke(Revocation::of_token(ISSUER, "short", exp)).await.unwrap();
    first.revoke(token("long")).await.unwrap();
    clock.advance(Duration::from_secs(155));
    let second = started(list(&redis).clock(clock.clone())).await;
    assert!(is_revoked(&second, "short"), "a token lives on for the leeway");
    clock.advance(Duration::from_secs(10));
    let third = started(list(&redis).clock(clock.clone())).await;
    assert_eq!(third.health().entries, 1, "what is over is not taken in");
    assert!(is_revoked(&third, "long"));
}

#[tokio::test]
async fn the_stream_drops_what_is_past_the_retention() {
    let redis = Redis::start();
    let retention = Duration::from_secs(3600);
    let script = "for i = 1, 1000 do redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. i, 'claim', 'jti', 'iss', 'i', 'value', \
                  i, 'until', ARGV[2]) end return 1";
    let (appended, ended) = (now() - 4000, now() - 3900);
    let (appended, ended) = (format!("{appended}000"), format!("{ended}.000000000"));
    redis.command(&["EVAL", script, "1", "portcullis:revocations", &appended, &ended]);
    let list = started(list(&redis).retention(retention)).await;
    list.revoke(Revocation::of_token(ISSUER, "new", Timestamp::from_secs(now() + 300))).await.unwrap();
    let left: usize = redis.command(&["XLEN", "portcullis:revocations"]).trim().parse().unwrap();
    assert!((1..=200).contains(&left), "{left} entries are left");
    // What it dropped was over: it does not come back.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(list.health().entries, 1);
    assert!(is_revoked(&started(super::list(&redis)).await, "new"));
}
