//! What a source tells of itself, and what it never does.

use std::time::Duration;

use metrics::Key;
use metrics_util::CompositeKey;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use portcullis::KeyState;
use portcullis_jwks::RemoteKeys;
use portcullis_tests::idp::{Idp, Play, issuer_with_key};
use tokio::time::sleep;

use super::outage::Provider;
use super::{PATIENCE, ask, authority_of};

/// All metrics at one moment. Reading them sets them to zero.
struct Metrics(Vec<(CompositeKey, DebugValue)>);

impl Metrics {
    fn of(snapshotter: &Snapshotter) -> Self {
        let all = snapshotter.snapshot().into_vec();
        Self(all.into_iter().map(|(key, _, _, value)| (key, value)).collect())
    }

    /// The value of a metric with this label, summed over its others.
    fn value(&self, name: &str, label: (&str, &str)) -> f64 {
        let is_meant =
            |key: &Key| key.name() == name && key.labels().any(|found| (found.key(), found.value()) == label);
        let found = self.0.iter().filter(|(key, _)| is_meant(key.key()));
        found
            .map(|(_, value)| match value {
                DebugValue::Counter(count) => *count as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(_) => f64::NAN,
            })
            .sum()
    }
}

#[tokio::test(start_paused = true)]
async fn fetches_ages_failures_and_unknown_kids_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _installed = metrics::set_default_local_recorder(&recorder);
    let (issuer, stranger) =
        (issuer_with_key("https://id.test", "key"), issuer_with_key("https://id.test", "stranger"));
    let provider = Provider::publishing(issuer.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let origin = ("origin", "https://id.test/jwks");
    assert_eq!(Metrics::of(&snapshotter).value("portcullis_jwks_keys", origin), 1.0);
    let authority = authority_of(&issuer, &keys);
    sleep(Duration::from_secs(60)).await;
    ask(&authority, &stranger.token("")).await.unwrap_err();
    ask(&authority, &stranger.token("")).await.unwrap_err();
    let metrics = Metrics::of(&snapshotter);
    let unknown = ["waiting", "refused", "unavailable"]
        .map(|verdict| metrics.value("portcullis_jwks_unknown_kids_total", ("verdict", verdict)));
    assert_eq!(unknown, [1.0, 2.0, 0.0]);
    let fetches = "portcullis_jwks_fetches_total";
    assert_eq!(metrics.value(fetches, ("forced", "true")), 1.0);

    sleep(Duration::from_secs(120)).await;
    let metrics = Metrics::of(&snapshotter);
    let age = metrics.value("portcullis_jwks_age_seconds", origin);
    assert!((100.0..121.0).contains(&age), "it grows although nothing happens: {age}");
    assert_eq!(metrics.value("portcullis_jwks_ready", origin), 1.0);

    provider.go_down();
    sleep(Duration::from_secs(600)).await;
    assert!(Metrics::of(&snapshotter).value(fetches, ("outcome", "unreachable")) >= 3.0);
}

#[tokio::test(start_paused = true)]
async fn health_tells_state_age_error_and_the_next_attempt() {
    let issuer = issuer_with_key("https://id.test", "key");
    let provider = Provider::publishing(issuer.jwks());
    let stuck = tower::service_fn(|_| {
        std::future::pending::<Result<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible>>()
    });
    let pending = RemoteKeys::discover("https://id.test").client(stuck).start().unwrap();
    sleep(Duration::from_secs(4)).await;
    let health = pending.health();
    assert_eq!((health.state, health.age, health.last_error), (KeyState::Pending, None, Some("timeout")));
    assert!(health.next_attempt.is_some());

    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    sleep(Duration::from_secs(100)).await;
    let health = serde_json::to_value(authority.health()).unwrap();
    let next = health[0]["next_attempt_seconds"].as_u64().unwrap();
    assert!((330..=430).contains(&next), "{next}");
    let expected = serde_json::json!([{
        "issuer": "https://id.test", "state": "fresh", "age_seconds": 100, "last_error": null, "next_attempt_seconds": next,
        "can_tell_revoked": true,
    }]);
    assert_eq!(health, expected);
}

/// An attacker's bytes and the keys of the issuer stay out of logs, metrics, errors and `Debug`.
#[tokio::test]
async fn no_key_and_no_kid_of_a_token_is_told() {
    let log = crate::logs::Log::capture();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _installed = metrics::set_default_local_recorder(&recorder);
    let (issuer, stranger) =
        (issuer_with_key("https://id.test", "key"), issuer_with_key("https://id.test", "kid-of-an-attacker"));
    let idp = Idp::publishing(issuer.jwks());
    let keys = RemoteKeys::at(format!("{}?api_key=of-the-url", idp.jwks_uri())).start().unwrap();
    // The query is part of the path to the fake provider, which does not know it.
    let refused = keys.ready(Duration::from_millis(300)).await.unwrap_err();
    let mut told = format!("{refused} {refused:?} {keys:?} {:?}", keys.health());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    let (good, bad) = (issuer.token("orders:read"), stranger.token("orders:read"));
    ask(&authority, &good).await.unwrap();
    ask(&authority, &bad).await.unwrap_err();
    idp.keys(Play::Raw(format!("HTTP/1.1 200 OK\r\n\r\n{{\"keys\":[{}", issuer.jwks()).into_bytes()));
    tokio::time::sleep(Duration::from_millis(10_100)).await;
    ask(&authority, &bad).await.unwrap_err();
    told += &format!("{authority:?} {keys:?} {:?} {:?}", authority.health(), snapshotter.snapshot().into_vec());
    told += &log.text();
    let jwk = issuer.key().to_public_jwk().unwrap();
    let mut secrets = vec!["kid-of-an-attacker".to_owned(), "of-the-url".to_owned()];
    secrets.extend([jwk["x"].as_str().unwrap().to_owned(), jwk["y"].as_str().unwrap().to_owned()]);
    secrets.extend(good.split('.').chain(bad.split('.')).map(str::to_owned));
    for secret in secrets {
        assert!(!told.contains(&secret), "{secret} is told");
    }
    assert!(told.contains("the keys are up to date") && told.contains("portcullis_jwks_fetches_total"));
}

/// A file that is missing for a day is told of when it goes, once a minute, and when it is back.
#[tokio::test(start_paused = true)]
async fn a_failure_that_goes_on_does_not_flood_the_log() {
    let log = crate::logs::Log::capture();
    let provider = Provider::publishing(issuer_with_key("https://id.test", "key").jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).stale_for(Duration::from_secs(60));
    let keys = keys.start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    provider.go_down();
    sleep(Duration::from_secs(3600)).await;
    let (warnings, errors) = (log.lines("WARN").len(), log.lines("ERROR").len());
    assert!((30..=61).contains(&warnings) && errors == 1, "{warnings} warnings, {errors} errors");
    provider.publish(issuer_with_key("https://id.test", "key").jwks());
    sleep(Duration::from_secs(120)).await;
    assert_eq!(log.lines("INFO").len(), 1, "{:?}", log.lines("INFO"));
    assert_eq!(log.lines("ERROR").len(), 1);
}
