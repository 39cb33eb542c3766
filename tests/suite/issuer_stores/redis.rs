//! The store in Redis, on servers of the test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use portcullis_core::{Algorithm, Clock, ScopeSet, SigningKey, SystemClock, Timestamp};
use portcullis_issuer::{
    Authentication, EndReason, Ended, Entitled, EntitlementsFn, Family, FamilyKey, Issuer, KeyRecord, RedisStore,
    RefusedKind, Rotation, SecretHash, Seed, Store, UseMark,
};
use portcullis_tests::redis::Redis;
use portcullis_tests::stores::{Place, conformance};

const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// A prefix in a Redis.
struct Prefix {
    server: Arc<Redis>,
    prefix: String,
}

impl Place for Prefix {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>> {
        async {
            let store = RedisStore::connect(self.server.url()).prefix(self.prefix.as_str()).await.unwrap();
            Arc::new(store) as Arc<dyn Store>
        }
        .boxed()
    }

    fn dump(&self) -> BoxFuture<'_, Option<Vec<u8>>> {
        std::future::ready(Some(self.server.files())).boxed()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_redis_keeps_what_a_store_promises() {
    let server = Arc::new(Redis::start_with(DURABLE));
    let nth = AtomicU64::new(0);
    conformance(async || {
        let prefix = format!("test:{}:", nth.fetch_add(1, Ordering::Relaxed));
        Prefix { server: Arc::clone(&server), prefix }
    })
    .await;
}

fn family(now: Timestamp) -> Family {
    Family {
        key: FamilyKey::from_bytes([1; 16]),
        subject: "alice".into(),
        client: "web".into(),
        resource: "https://orders.example.com".into(),
        scopes: ScopeSet::parse("orders:read").unwrap(),
        authentication: Authentication::at(now),
        ends_at: now.saturating_add(Duration::from_secs(720 * 3600)),
        current: SecretHash::from_bytes([1; 32]),
        idle_until: now.saturating_add(Duration::from_secs(168 * 3600)),
        spent: None,
        ended: None,
    }
}

fn step(family: &Family, next: u8) -> Rotation {
    Rotation {
        key: family.key,
        spent: family.current,
        current: SecretHash::from_bytes([next; 32]),
        seed: Seed::from_bytes([next; 32]),
        at: now(),
        idle_until: family.idle_until,
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(SystemClock.now().unwrap().as_millis())
}

#[tokio::test]
async fn a_redis_that_is_killed_loses_nothing_that_it_confirmed() {
    let mut server = Redis::start_with(DURABLE);
    let store = RedisStore::connect(server.url()).await.unwrap();
    let now = now();
    let begun = family(now);
    let ended = Family { key: FamilyKey::from_bytes([2; 16]), ..family(now) };
    let mark = UseMark::from_bytes([3; 32]);
    let key = KeyRecord {
        generation: 1,
        kid: "one".into(),
        algorithm: Algorithm::ES256,
        pem: "a key".into(),
        sign_from: now,
    };
    store.begin(begun.clone(), now).await.unwrap();
    store.begin(ended.clone(), now).await.unwrap();
    assert_eq!(store.rotate(step(&begun, 2)).await, Ok(true));
    assert_eq!(store.end(ended.key, Ended { at: now, reason: EndReason::Reuse }).await, Ok(true));
    assert_eq!(store.first_use(mark, begun.ends_at, now).await, Ok(true));
    assert_eq!(store.add_key(key.clone()).await, Ok(true));
    let kept = [store.find(begun.key).await.unwrap().unwrap(), store.find(ended.key).await.unwrap().unwrap()];
    assert_eq!(kept[0].current, SecretHash::from_bytes([2; 32]));

    server.restart();
    for (name, store) in
        [("the handle of before", store), ("a new one", RedisStore::connect(server.url()).await.unwrap())]
    {
        for family in &kept {
            assert_eq!(store.find(family.key).await, Ok(Some(family.clone())), "{name}");
        }
        assert_eq!(store.rotate(step(&begun, 2)).await, Ok(false), "{name}: it was spent");
        assert_eq!(store.first_use(mark, begun.ends_at, now).await, Ok(false), "{name}");
        assert_eq!(store.keys().await, Ok(vec![key.clone()]), "{name}");
        assert_eq!(store.add_key(key.clone()).await, Ok(false), "{name}");
    }
}

#[tokio::test]
async fn a_redis_that_is_away_is_an_error_in_time_and_spends_no_token() {
    type Trouble = (&'static str, fn(&mut Redis), fn(&mut Redis));
    let troubles: [Trouble; 2] =
        [("killed", Redis::stop, Redis::restart), ("hangs", |server| server.hang(), |server| server.go_on())];
    for (name, leave, come_back) in troubles {
        let mut server = Redis::start_with(DURABLE);
        let store = RedisStore::connect(server.url()).timeout(Duration::from_millis(500)).await.unwrap();
        let issuer = Issuer::builder("https://id.example.com")
            .resource("https://orders.example.com")
            .keys(SigningKey::generate(Algorithm::ES256).unwrap())
            .entitlements(EntitlementsFn::new(|_| async {
                Ok(Entitled::to(ScopeSet::parse("orders:read").unwrap()).into())
            }))
            .store(store.clone())
            // A token that was spent would be told by that.
            .refresh_grace(Duration::ZERO)
            .build()
            .await
            .unwrap();
        let scopes = ScopeSet::parse("orders:read").unwrap();
        let tokens = issuer.grant("alice", "web", scopes).await.unwrap();
        leave(&mut server);
        let all = async {
            for _ in 0..3 {
                let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
                assert_eq!(refused.kind(), RefusedKind::StoreUnavailable, "{name}");
            }
            let (url, ended) = (server.url(), Ended { at: now(), reason: EndReason::Revoked });
            let error = RedisStore::connect(&url).timeout(Duration::from_millis(500)).await.unwrap_err();
            assert!(!error.to_string().contains("127.0.0.1"), "{name}: {error}");
            // Of a family that is none: a server that hangs does it once it goes on.
            store.end(FamilyKey::from_bytes([9; 16]), ended).await.unwrap_err();
            store.keys().await.unwrap_err();
        };
        tokio::time::timeout(Duration::from_secs(60), all).await.unwrap_or_else(|_| panic!("{name}: it waits"));
        come_back(&mut server);
        let next = issuer.refresh(&tokens.refresh, "web").await.unwrap_or_else(|refused| panic!("{name}: {refused}"));
        issuer.refresh(&next.refresh, "web").await.unwrap();
    }
}

#[tokio::test]
async fn there_is_no_timeout_that_a_store_cannot_be_used_with() {
    let server = Redis::start_with(DURABLE);
    for timeout in [Duration::from_secs(1), Duration::from_secs(u64::MAX / 2), Duration::MAX] {
        let store = RedisStore::connect(server.url()).timeout(timeout).await.unwrap();
        assert_eq!(store.keys().await, Ok(vec![]), "{timeout:?}");
        assert_eq!(store.drop_key(1).await, Ok(()), "{timeout:?}");
        assert_eq!(store.find(FamilyKey::from_bytes([9; 16])).await, Ok(None), "{timeout:?}");
    }
    RedisStore::connect(server.url()).timeout(Duration::ZERO).await.unwrap_err();
}

#[tokio::test]
async fn a_redis_that_may_forget_is_refused_unless_that_is_allowed() {
    let memory = |policy| {
        ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb", "--maxmemory-policy", policy]
    };
    for (name, options, good) in [
        ("as it comes", &[][..], false),
        ("on the disk once a second", &["--appendonly", "yes"][..], false),
        ("evicts what is due first", &memory("volatile-ttl")[..], false),
        ("evicts anything", &memory("allkeys-lru")[..], false),
        ("refuses when it is full", &memory("noeviction")[..], true),
        ("on the disk always", DURABLE, true),
    ] {
        let server = Redis::start_with(options);
        let connected = RedisStore::connect(server.url()).await;
        assert_eq!(connected.is_ok(), good, "{name}: {connected:?}");
        assert!(RedisStore::connect(server.url()).allow_volatile().await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_redis_that_hides_its_configuration_is_taken() {
    let server = Redis::start_with(DURABLE);
    server.command(&["ACL", "SETUSER", "issuer", "on", ">pass", "~portcullis:issuer:*", "+@all", "-config"]);
    let store = RedisStore::connect(server.url_of("issuer", "pass")).await.unwrap();
    let begun = family(now());
    store.begin(begun.clone(), now()).await.unwrap();
    assert_eq!(store.find(begun.key).await, Ok(Some(begun.clone())));
    let error = RedisStore::connect(server.url_of("issuer", "pass")).prefix("other:").await.unwrap_err();
    assert!(error.to_string().contains("may not"), "{error}");
}

#[tokio::test]
async fn what_a_newer_issuer_wrote_is_left_alone() {
    let server = Redis::start_with(DURABLE);
    let connect = async || RedisStore::connect(server.url()).await.map_err(|error| error.to_string());
    let before = connect().await.unwrap();
    before.begin(family(now()), now()).await.unwrap();
    assert_eq!(server.command(&["GET", "portcullis:issuer:layout"]).trim(), "1");
    for (name, layout, expected) in [
        ("its own", "1", None),
        ("a newer one", "2", Some("layout 2, and this issuer knows them up to 1: update the issuer")),
        ("none", "two", Some("none of ours")),
    ] {
        server.command(&["SET", "portcullis:issuer:layout", layout]);
        match (connect().await, expected) {
            (Ok(store), None) => assert!(store.find(family(now()).key).await.unwrap().is_some(), "{name}"),
            (Err(said), Some(why)) => assert!(said.contains(why), "{name}: {said}"),
            (connected, _) => panic!("{name}: {connected:?}"),
        }
        assert_eq!(server.command(&["GET", "portcullis:issuer:layout"]).trim(), layout, "{name}");
    }
    RedisStore::connect(server.url()).prefix("other:").await.unwrap();
}

#[tokio::test]
async fn no_error_and_no_debug_shows_the_password() {
    let server = Redis::start_with_password("right");
    let url = server.url().replace("right", "s3cret");
    let connect = RedisStore::connect(url);
    assert!(!format!("{connect:?}").contains("s3cret"));
    let error = connect.await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret") && error.to_string().contains("password"), "{error}");
    let store = RedisStore::connect(server.url()).allow_volatile().await.unwrap();
    assert!(!format!("{store:?}").contains("right"), "{store:?}");
}

#[tokio::test]
async fn redis_forgets_by_the_time_that_it_is_told_and_not_by_its_clock() {
    let server = Redis::start_with(DURABLE);
    for (name, start) in [
        ("now", now()),
        ("long ago", Timestamp::from_secs(1_000_000)),
        ("far ahead", Timestamp::from_secs(9_000_000_000)),
    ] {
        let prefix = format!("{name}:");
        let store = RedisStore::connect(server.url()).prefix(prefix.as_str()).await.unwrap();
        let begun = family(start);
        store.begin(begun.clone(), start).await.unwrap();
        let mark = UseMark::from_bytes([1; 32]);
        assert_eq!(store.first_use(mark, start.saturating_add(Duration::from_secs(60)), start).await, Ok(true));
        let hours = |kind: &str| {
            let names = server.command(&["KEYS", &format!("{prefix}{kind}:*")]);
            let seconds: u64 = server.command(&["TTL", names.trim()]).trim().parse().unwrap();
            seconds.div_ceil(3600)
        };
        assert_eq!((hours("family"), hours("subject"), hours("used")), (169, 721, 2), "{name}");
        let at = start.saturating_add(Duration::from_secs(24 * 3600));
        let later = at.saturating_add(Duration::from_secs(168 * 3600));
        assert_eq!(store.rotate(Rotation { at, idle_until: later, ..step(&begun, 2) }).await, Ok(true));
        assert_eq!(hours("family"), 169, "{name}: from the step on");
        let last =
            Rotation { at, idle_until: Timestamp::FOREVER, spent: SecretHash::from_bytes([2; 32]), ..step(&begun, 3) };
        assert_eq!(store.rotate(last).await, Ok(true));
        assert_eq!(hours("family"), 697, "{name}: never longer than its end");
    }
}
