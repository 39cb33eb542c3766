//! Errors that say what to do, nothing that leaks, nothing that stays.

use std::time::Duration;

use portcullis::{MemoryRevocations, Revocation, Timestamp};
use portcullis_redis::{Fault, ReadyError, RedisRevocations, RevokeError, StartError};
use portcullis_testing::ManualClock;
use portcullis_tests::redis::Redis;

use super::{ISSUER, PATIENCE, exp, instance, is_revoked, list, now, started, token, until};
use crate::logs::Log;

const SECRET: &str = "a-secret-word-0c5e71";

#[tokio::test]
async fn what_is_needed_beyond_the_retention_is_refused_with_advice_and_holds_here() {
    let redis = Redis::start();
    let list = started(list(&redis).retention(Duration::from_secs(3600))).await;
    let revoke = |seconds: u64| list.revoke(Revocation::of_token(ISSUER, "j", Timestamp::from_secs(now() + seconds)));
    revoke(3530).await.unwrap();
    let error = revoke(3590).await.unwrap_err();
    assert_eq!(error, RevokeError::BeyondRetention);
    assert!(error.to_string().contains("raise `retention` in all instances"), "{error}");
    assert!(is_revoked(&list, "j"));
    let forever = Revocation::of_token(ISSUER, "forever", Timestamp::FOREVER);
    assert_eq!(list.revoke(forever).await, Err(RevokeError::BeyondRetention));
    let long = Revocation::of_token(ISSUER, "x".repeat(20_000), exp());
    assert_eq!(list.revoke(long).await, Err(RevokeError::TooLong));
    assert_eq!(redis.command(&["XLEN", "portcullis:revocations"]).trim(), "1");
}

#[tokio::test]
async fn a_clock_that_fails_shares_nothing_and_holds_here() {
    let redis = Redis::start();
    let clock = ManualClock::now_of_system();
    let list = started(list(&redis).clock(clock.clone())).await;
    clock.fail();
    assert_eq!(list.revoke(token("j")).await, Err(RevokeError::ClockFailed));
    assert!(is_revoked(&list, "j"));
}

#[tokio::test]
async fn settings_that_are_no_good_are_errors_at_the_start() {
    let at = || RedisRevocations::connect("redis://127.0.0.1");
    for (name, builder, wanted) in [
        ("url", RedisRevocations::connect(format!("redis://:{SECRET}@")), StartError::InvalidUrl),
        ("tls", RedisRevocations::connect(format!("rediss://:{SECRET}@localhost")), StartError::TlsNotEnabled),
        ("insecure", RedisRevocations::connect("rediss://localhost/#insecure"), StartError::InsecureTls),
        ("key", at().key(""), StartError::EmptyKey),
        ("lag", at().max_lag(Duration::from_millis(499)), StartError::ShortMaxLag),
        ("retention", at().retention(Duration::from_secs(119)), StartError::ShortRetention),
    ] {
        assert!(!format!("{builder:?}").contains(SECRET));
        let error = builder.start().unwrap_err();
        assert_eq!(error, wanted, "{name}");
        assert!(!format!("{error} {error:?}").contains(SECRET) && error.to_string().len() > 20);
    }
}

#[test]
fn without_a_runtime_it_does_not_start_and_does_not_panic() {
    let error = RedisRevocations::connect("redis://127.0.0.1").start().unwrap_err();
    assert_eq!(error, StartError::NoRuntime);
}

#[test]
fn it_can_be_asked_and_told_outside_its_runtime() {
    let redis = Redis::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let list = runtime.block_on(async { list(&redis).start().unwrap() });
    futures::executor::block_on(async {
        list.ready(PATIENCE).await.unwrap();
        list.revoke(token("j")).await.unwrap();
    });
    assert!(is_revoked(&list, "j"));
    drop(runtime);
    assert_eq!(futures::executor::block_on(list.revoke(token("k"))), Err(RevokeError::Stopped));
    drop(list);
}

#[tokio::test]
async fn what_stands_in_the_way_is_named() {
    let redis = Redis::start_with_password(SECRET);
    let why = async |url: String| {
        let list = RedisRevocations::connect(url).start().unwrap();
        let why = match list.ready(Duration::from_millis(500)).await {
            Err(ReadyError::NotInTime(Some(fault))) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(list.health().last_error, Some(why));
        why
    };
    let wrong = redis.url().replace(SECRET, "wrong");
    let without = redis.url().replace(&format!(":{SECRET}@"), "");
    assert_eq!(why(wrong).await, Fault::AuthenticationFailed);
    assert_eq!(why(without).await, Fault::AuthenticationFailed);
    redis.command(&["ACL", "SETUSER", "nobody", "on", ">pw"]);
    assert_eq!(why(redis.url_of("nobody", "pw")).await, Fault::NotPermitted);
    redis.command(&["SET", "portcullis:revocations", "a text"]);
    assert_eq!(why(redis.url()).await, Fault::WrongType);
    assert_eq!(why(format!("{}/99", redis.url())).await, Fault::Refused, "there is no such database");
    redis.hang();
    let list = RedisRevocations::connect(redis.url()).start().unwrap();
    assert_eq!(list.ready(Duration::from_secs(3)).await, Err(ReadyError::NotInTime(Some(Fault::TimedOut))));
}

#[tokio::test]
async fn a_user_with_four_commands_on_one_key_is_enough() {
    let redis = Redis::start_with(&["--maxmemory-policy", "noeviction"]);
    let rights = ["ACL", "SETUSER", "portcullis", "on", ">pw", "~portcullis:revocations", "+xadd", "+xread", "+xrange"];
    redis.command(&[&rights[..], &["+xtrim"]].concat());
    redis.command(&["ACL", "SETUSER", "default", "on"]);
    let of_user = || RedisRevocations::connect(redis.url_of("portcullis", "pw"));
    let (here, there) = (started(of_user()).await, started(of_user()).await);
    here.revoke(token("j")).await.unwrap();
    until("there too", || is_revoked(&there, "j")).await;
    redis.command(&["FLUSHALL"]);
    until("it is back", || redis.command(&["XLEN", "portcullis:revocations"]).trim() != "0").await;
    assert_eq!(redis.command(&["ACL", "LOG"]).matches("xtrim").count(), 0);
    assert_eq!((here.health().last_error, there.health().last_error), (None, None));
}

#[tokio::test]
async fn entries_of_another_program_are_skipped_with_one_warning_without_their_content() {
    let log = Log::capture();
    let redis = Redis::start();
    let list = instance(&redis).await;
    let huge = "x".repeat(100_000);
    let garbage: [&[&str]; 6] = [
        &["note", SECRET],
        &["claim", "aud", "iss", ISSUER, "value", SECRET, "until", "9999999999.000000000"],
        &["claim", "jti", "iss", ISSUER, "value", SECRET, "until", "soon"],
        &["claim", "jti", "iss", ISSUER, "value", &huge, "until", "9999999999.000000000"],
        &["claim", "jti", "claim", "sid", "iss", ISSUER, "value", SECRET, "until", "9999999999.000000000"],
        &["", ""],
    ];
    for fields in garbage {
        redis.command(&[&["XADD", "portcullis:revocations", "*"], fields].concat());
    }
    let script = r"return redis.call('XADD', KEYS[1], '*', '\255\254', '\255', 'claim', '\192')";
    redis.command(&["EVAL", script, "1", "portcullis:revocations"]);
    list.revoke(token("good")).await.unwrap();
    let later = instance(&redis).await;
    assert!(is_revoked(&later, "good"));
    assert_eq!(later.health().entries, 1);
    until("the first goes on too", || list.health().entries == 1 && !list.is_away()).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let warnings = log.lines("WARN");
    let of_ours = warnings.iter().filter(|line| line.contains("portcullis_redis")).count();
    assert_eq!(of_ours, 2, "one for each instance: {warnings:?}");
    assert!(!log.text().contains(SECRET));
}

#[tokio::test]
async fn shutdown_and_the_last_drop_leave_no_connection() {
    let redis = Redis::start();
    let (first, second) = (instance(&redis).await, instance(&redis).await);
    first.revoke(token("j")).await.unwrap();
    second.revoke(token("k")).await.unwrap();
    let clone = second.clone();
    assert_eq!(redis.clients(), 4);
    first.shutdown().await;
    until("two are left", || redis.clients() == 2).await;
    assert!(is_revoked(&first, "j") && !first.health().connected);
    assert_eq!(first.revoke(token("l")).await, Err(RevokeError::Stopped));
    assert_eq!(first.ready(PATIENCE).await, Err(ReadyError::Stopped));
    until("what is not revoked is unknown", || first.is_away()).await;
    first.shutdown().await;
    drop(second);
    clone.revoke(token("m")).await.unwrap();
    assert_eq!(redis.clients(), 2, "a clone is left");
    drop(clone);
    until("none is left", || redis.clients() == 0).await;
}

#[tokio::test]
async fn no_secret_is_shown_told_or_logged() {
    let log = Log::capture();
    let password = "pw-of-redis-9d2f";
    let mut redis = Redis::start_with_password(password);
    let mut shown = String::new();
    let builder = list(&redis);
    shown += &format!("{builder:?}");
    let list = started(builder).await;
    list.revoke(token(SECRET)).await.unwrap();
    list.revoke(Revocation::of_subject(ISSUER, SECRET, exp(), exp())).await.unwrap();
    shown += &format!("{list:?} {list:#?} {:?} {:?}", list.health(), token(SECRET));
    shown += &serde_json::to_string(&list.health()).unwrap();
    assert!(shown.contains(r#""entries":2"#) && shown.contains("age_seconds"), "{shown}");
    redis.stop();
    let error = list.revoke(token(SECRET)).await.unwrap_err();
    shown += &format!("{error} {error:?}");
    until("away", || list.is_away()).await;
    redis.restart();
    until("back", || !list.is_away()).await;
    until("handed on", || redis.command(&["XLEN", "portcullis:revocations"]).trim() == "2").await;
    let wrong = RedisRevocations::connect(redis.url().replace(password, "another-pw-77aa")).start().unwrap();
    let error = wrong.ready(Duration::from_millis(300)).await.unwrap_err();
    shown += &format!("{error} {error:?} {wrong:?}");
    let memory = MemoryRevocations::new();
    memory.revoke(token(SECRET));
    shown += &format!("{memory:?}");
    shown += &log.text();
    for secret in [SECRET, password, "another-pw-77aa"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let of_ours =
        |level: &str| log.lines(level).into_iter().filter(|line| line.contains("portcullis_redis:")).collect();
    let (warnings, infos): (Vec<_>, Vec<_>) = (of_ours("WARN"), of_ours("INFO"));
    assert!(warnings.iter().any(|line| line.contains("unreachable")), "{warnings:?}");
    assert_eq!(infos.len(), 1, "back once: {infos:?}");
    assert_eq!(
        warnings.iter().filter(|line| line.contains("not up to date")).count(),
        2,
        "away once, each: {warnings:?}"
    );
}

#[tokio::test]
async fn entries_lag_and_what_is_skipped_are_counted() {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _installed = metrics::set_default_local_recorder(&recorder);
    let redis = Redis::start();
    let here = instance(&redis).await;
    here.revoke(token("one")).await.unwrap();
    here.revoke(token("two")).await.unwrap();
    redis.command(&["XADD", "portcullis:revocations", "*", "x", "y"]);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let told = snapshotter.snapshot().into_vec();
    let value = |name: &str| {
        let (.., value) = told.iter().find(|(key, ..)| key.key().name() == name).expect(name);
        match value {
            DebugValue::Counter(count) => *count as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(_) => f64::NAN,
        }
    };
    assert_eq!(value("portcullis_revocations_entries"), 2.0);
    assert_eq!(value("portcullis_revocations_skipped_entries_total"), 1.0);
    assert!((0.0..5.0).contains(&value("portcullis_revocations_lag_seconds")));
}
