//! What issuing costs: mints a second beside the raw signature, refreshes a second on each store beside the raw store transaction.
//!
//! `cargo bench -p portcullis-tests --bench issuer` starts the servers itself. Every figure is that of the best of a few rounds, in
//! which the contestants take turns. The stores that outlive the process write through to the disk at every refresh, so most of
//! their figures is that of the disk.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use portcullis_core::{Algorithm, Clock, ScopeSet, SigningKey, SystemClock, Timestamp};
use portcullis_issuer::{
    Authentication, Entitled, EntitlementsFn, Family, FamilyKey, Issuer, MemoryStore, PostgresStore, Question,
    RedisStore, RefreshToken, Rotation, SecretHash, Seed, SqliteStore, Store,
};
use portcullis_tests::postgres::Postgres;
use portcullis_tests::redis::Redis;
use portcullis_tests::stores::Folder;

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(300);
const AT_ONCE: usize = 16;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    mints().await;
    refreshes().await;
}

/// How often a second something is done, `lanes` of it at once.
async fn per_second<T>(lanes: &mut [T], run: impl AsyncFn(&mut T)) -> f64 {
    let start = Instant::now();
    let run = &run;
    let counts = join_all(lanes.iter_mut().map(|lane| async move {
        let mut count = 0_u32;
        while start.elapsed() < ROUND {
            run(lane).await;
            count += 1;
        }
        count
    }));
    let count: u32 = counts.await.into_iter().sum();
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn scopes() -> ScopeSet {
    ScopeSet::parse("orders:read orders:write").expect("scopes")
}

async fn issuer(store: Arc<dyn Store>, key: SigningKey) -> Issuer {
    let all = EntitlementsFn::new(|_: Question| async { Ok(Entitled::to(scopes()).into()) });
    let issuer = Issuer::builder("https://id.example.com").resource("https://orders.example.com").keys(key);
    issuer.entitlements(all).store(store).build().await.expect("an issuer")
}

async fn mints() {
    println!("mints a second, one after the other on one thread");
    println!("{:>8} {:>14} {:>10} {:>8}", "", "raw signature", "mint", "more");
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256] {
        let key = SigningKey::generate(algorithm).expect("a key");
        let same = SigningKey::from_pem(algorithm, key.to_pem().expect("a PEM")).expect("the key");
        let issuer = issuer(Arc::new(MemoryStore::new()), same).await;
        let token = issuer.mint("alice", "web").scopes(scopes()).await.expect("a token");
        let (input, _) = token.as_str().rsplit_once('.').expect("a token");
        let (mut raw, mut mint) = (0_f64, 0_f64);
        for _ in 0..ROUNDS {
            let signed =
                per_second(&mut [()], async |(): &mut ()| drop(key.sign(input.as_bytes()).expect("a signature"))).await;
            let minted = async |(): &mut ()| drop(issuer.mint("alice", "web").scopes(scopes()).await.expect("a token"));
            (raw, mint) = (raw.max(signed), mint.max(per_second(&mut [()], minted).await));
        }
        println!("{:>8} {raw:>14.0} {mint:>10.0} {:>5.1} µs", algorithm.as_str(), 1e6 / mint - 1e6 / raw);
    }
}

async fn refreshes() {
    let (folder, postgres) = (Folder::new(), Postgres::start_durable());
    let redis = Redis::start_with(&["--appendonly", "yes", "--appendfsync", "always"]);
    let sqlite = SqliteStore::open(folder.file("issuer.sqlite")).await.expect("a file");
    let stores: [(&str, Arc<dyn Store>); 4] = [
        ("memory", Arc::new(MemoryStore::new())),
        ("SQLite", Arc::new(sqlite)),
        ("PostgreSQL", Arc::new(PostgresStore::connect(&postgres.fresh().await).await.expect("a database"))),
        ("Redis", Arc::new(RedisStore::connect(redis.url()).await.expect("a server"))),
    ];
    println!();
    println!("refreshes a second (ES256), beside `find` and `rotate` of the store alone");
    println!("{:>12} {:>10} {:>10} {:>14} {:>10}", "", "store, 1", "refresh, 1", "store, 16", "refresh, 16");
    for (name, store) in stores {
        let issuer = issuer(Arc::clone(&store), SigningKey::generate(Algorithm::ES256).expect("a key")).await;
        let mut figures = Vec::new();
        for at_once in [1, AT_ONCE] {
            let (mut raw, mut refreshed) = (0_f64, 0_f64);
            let mut families: Vec<Family> = (0..at_once).map(family).collect();
            let mut tokens = Vec::new();
            for family in &families {
                store.begin(family.clone(), now()).await.expect("kept");
                tokens.push(issuer.grant("alice", "web", scopes()).await.expect("a grant").refresh);
            }
            for _ in 0..ROUNDS {
                let step = async |family: &mut Family| {
                    let found = store.find(family.key).await.expect("found").expect("a family");
                    let step = step(&found);
                    assert!(store.rotate(step).await.expect("an answer"), "nobody else has it");
                };
                raw = raw.max(per_second(&mut families, step).await);
                let refresh = async |token: &mut RefreshToken| {
                    *token = issuer.refresh(token, "web").await.expect("a refresh").refresh;
                };
                refreshed = refreshed.max(per_second(&mut tokens, refresh).await);
            }
            figures.extend([raw, refreshed]);
        }
        let [raw, refresh, raw_many, refresh_many] = figures[..] else { unreachable!("four figures") };
        println!("{name:>12} {raw:>10.0} {refresh:>10.0} {raw_many:>14.0} {refresh_many:>10.0}");
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(SystemClock.now().expect("a clock").as_millis())
}

fn bytes<const N: usize>() -> [u8; N] {
    std::array::from_fn(|_| fastrand::u8(..))
}

fn family(_: usize) -> Family {
    let hour = Duration::from_secs(60 * 60);
    Family {
        key: FamilyKey::from_bytes(bytes()),
        subject: "alice".into(),
        client: "web".into(),
        resource: "https://orders.example.com".into(),
        scopes: scopes(),
        authentication: Authentication::default(),
        ends_at: now().saturating_add(hour),
        current: SecretHash::from_bytes(bytes()),
        idle_until: now().saturating_add(hour),
        spent: None,
        ended: None,
    }
}

fn step(family: &Family) -> Rotation {
    Rotation {
        key: family.key,
        spent: family.current,
        current: SecretHash::from_bytes(bytes()),
        seed: Seed::from_bytes(bytes()),
        at: now(),
        idle_until: family.idle_until,
    }
}
