//! Days in a moment: the real task with a client that is no network, on a clock that stands still until all wait.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use portcullis::{KeySource, KeyState, UnknownKid};
use portcullis_jwks::RemoteKeys;
use portcullis_testing::ManualClock;
use portcullis_tests::idp::{issuer_with_key, jwks_of};
use tokio::time::{Instant, sleep, sleep_until};
use tower::{BoxError, Service, service_fn};

use super::{NO_KEYS, PATIENCE, UNKNOWN_KEY, ask, authority_of};

/// A provider without a network. Clones are the same one.
#[derive(Clone)]
pub(super) struct Provider(Arc<Mutex<State>>);

struct State {
    document: Option<String>,
    fetches: usize,
    cache_control: Option<&'static str>,
}

impl Provider {
    pub(super) fn publishing(document: String) -> Self {
        Self(Arc::new(Mutex::new(State { document: Some(document), fetches: 0, cache_control: None })))
    }

    pub(super) fn publish(&self, document: String) {
        self.0.lock().unwrap().document = Some(document);
    }

    pub(super) fn go_down(&self) {
        self.0.lock().unwrap().document = None;
    }

    fn say(&self, cache_control: &'static str) {
        self.0.lock().unwrap().cache_control = Some(cache_control);
    }

    pub(super) fn fetches(&self) -> usize {
        self.0.lock().unwrap().fetches
    }

    pub(super) fn client(
        &self,
    ) -> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = BoxError, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static {
        let provider = self.clone();
        service_fn(move |_| {
            let mut state = provider.0.lock().unwrap();
            state.fetches += 1;
            let (document, cache_control) = (state.document.clone(), state.cache_control);
            async move {
                let document = document.ok_or("connection refused")?;
                // As long as a good network takes.
                sleep(Duration::from_millis(20)).await;
                let response = cache_control
                    .into_iter()
                    .fold(Response::builder(), |response, value| response.header("cache-control", value));
                Ok(response.body(Full::from(document)).unwrap())
            }
        })
    }
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn in_a_day_without_the_provider_no_good_token_is_refused_then_all_get_503_and_none_401() {
    let (issuer, other) = (issuer_with_key("https://id.test", "key"), issuer_with_key("https://id.test", "other"));
    let provider = Provider::publishing(issuer.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let fetched = Instant::now() - Duration::from_millis(20);
    let authority = authority_of(&issuer, &keys);
    let (token, forged) = (issuer.token(""), other.token(""));
    sleep(Duration::from_secs(60)).await;
    provider.go_down();

    // To the bound: ten minutes and a day after the last fetch.
    let bound = fetched + Duration::from_secs(600) + 24 * HOUR;
    let mut asked = 0;
    while Instant::now() + Duration::from_secs(30) < bound {
        assert_eq!(ask(&authority, &token).await, Ok(()), "after {:?}", fetched.elapsed());
        asked += 1;
        sleep(Duration::from_secs(30)).await;
        if asked % 10 == 0 {
            // An unknown name cannot be judged: never 401.
            assert_eq!(ask(&authority, &forged).await, NO_KEYS, "after {:?}", fetched.elapsed());
        }
    }
    assert!(asked > 2800, "{asked}");
    assert_eq!(keys.health().state, KeyState::Stale);
    sleep_until(bound - Duration::from_millis(2)).await;
    assert_eq!(ask(&authority, &token).await, Ok(()), "a moment before the bound");
    sleep_until(bound + Duration::from_millis(2)).await;
    for _ in 0..100 {
        assert_eq!(ask(&authority, &token).await, NO_KEYS);
        assert_eq!(ask(&authority, &forged).await, NO_KEYS);
        sleep(Duration::from_secs(30)).await;
    }
    assert_eq!(keys.health().state, KeyState::Expired);
    // Pauses of half a minute on average, and one fetch for each unknown name that may have one.
    let attempts = provider.fetches();
    assert!(attempts < 25 * 60 * 3, "{attempts} attempts in a day");

    // It is back as soon as the provider is, within one pause.
    provider.publish(issuer.jwks());
    sleep(Duration::from_secs(61)).await;
    assert_eq!(ask(&authority, &token).await, Ok(()));
    assert_eq!(ask(&authority, &forged).await, UNKNOWN_KEY);
}

#[tokio::test(start_paused = true)]
async fn with_a_bound_of_zero_an_outage_is_one_of_the_service() {
    let issuer = issuer_with_key("https://id.test", "key");
    let provider = Provider::publishing(issuer.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client());
    let keys = keys.stale_for(Duration::ZERO).refresh_every(Duration::from_secs(120)).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    provider.go_down();
    sleep(Duration::from_secs(119)).await;
    assert_eq!(ask(&authority, &issuer.token("")).await, Ok(()));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(ask(&authority, &issuer.token("")).await, NO_KEYS);
}

#[tokio::test(start_paused = true)]
async fn a_day_with_the_provider_takes_a_fetch_every_eight_minutes_or_so_and_is_always_fresh() {
    let issuer = issuer_with_key("https://id.test", "key");
    let provider = Provider::publishing(issuer.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    for _ in 0..24 * 60 {
        sleep(Duration::from_secs(60)).await;
        assert!(matches!(keys.health().state, KeyState::Fresh | KeyState::Due), "{:?}", keys.health());
    }
    assert!((160..=205).contains(&provider.fetches()), "{}", provider.fetches());

    // What the provider says about it is heeded.
    provider.say("max-age=3600");
    sleep(HOUR).await;
    let before = provider.fetches();
    sleep(24 * HOUR).await;
    assert!((26..=35).contains(&(provider.fetches() - before)), "{}", provider.fetches() - before);
    provider.say("no-store");
    sleep(2 * HOUR).await;
    let before = provider.fetches();
    sleep(HOUR).await;
    assert!((65..=85).contains(&(provider.fetches() - before)), "{}", provider.fetches() - before);
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_key_is_refused_after_the_next_refresh_without_anybody_asking_for_another() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let provider = Provider::publishing(jwks_of(&[&old, &new]));
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    let token = old.token("");
    provider.publish(new.jwks());
    assert_eq!(ask(&authority, &token).await, Ok(()));
    sleep(Duration::from_secs(600)).await;
    assert_eq!(ask(&authority, &token).await, Err((401, portcullis::DeniedKind::UnknownKey)));
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));
}

/// A machine that sleeps for three days wakes up with keys of three days ago, and timers that know nothing of it.
#[tokio::test(start_paused = true)]
async fn keys_do_not_stay_young_while_the_machine_sleeps() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let provider = Provider::publishing(old.jwks());
    let wall = ManualClock::now_of_system();
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).clock(wall.clone()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(provider.fetches(), 1);
    provider.publish(new.jwks());
    wall.advance(72 * HOUR);
    sleep(Duration::from_secs(16)).await;
    assert_eq!(provider.fetches(), 2, "it is fetched as soon as the clock is looked at");
    let authority = authority_of(&old, &keys);
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));

    // With the provider gone there is nothing to serve: they are three days old.
    provider.go_down();
    wall.advance(72 * HOUR);
    sleep(Duration::from_secs(16)).await;
    assert_eq!(ask(&authority, &new.token("")).await, NO_KEYS);

    // A clock that is set back, jumps for a while or fails changes nothing for good.
    provider.publish(new.jwks());
    sleep(Duration::from_secs(61)).await;
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));
    let before = provider.fetches();
    wall.rewind(30 * 24 * HOUR);
    sleep(Duration::from_secs(60)).await;
    wall.fail();
    sleep(Duration::from_secs(60)).await;
    wall.mend();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));
    assert_eq!(provider.fetches(), before);
}

/// Known names are served and unknown ones refused while a flood of a million goes on; through the real source.
#[tokio::test(start_paused = true)]
async fn a_million_forged_names_in_a_minute_cause_seven_fetches_at_most() {
    let issuer = issuer_with_key("https://id.test", "key");
    let provider = Provider::publishing(issuer.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    let before = provider.fetches();
    let (mut waiting, mut most_waiting) = (Vec::new(), 0);
    for burst in 0..600_u32 {
        for number in 0..1667_u32 {
            match keys.unknown_kid(&format!("{burst}-{number}")) {
                UnknownKid::Wait(pending) => waiting.push(pending),
                UnknownKid::Refuse | UnknownKid::Unavailable { .. } => {}
                other => panic!("{other:?}"),
            }
            assert!(keys.current().is_some());
        }
        most_waiting = most_waiting.max(waiting.len());
        sleep(Duration::from_millis(100)).await;
        futures::future::join_all(waiting.drain(..)).await;
    }
    let fetches = provider.fetches() - before;
    assert!((1..=7).contains(&fetches), "{fetches} fetches");
    assert!(most_waiting <= 1024, "{most_waiting} requests held in memory at once");
}

/// Whoever waits, waits for the one fetch; and nobody waits for ever.
#[tokio::test(start_paused = true)]
async fn many_waiters_share_one_fetch_and_all_get_the_same_verdict() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let provider = Provider::publishing(old.jwks());
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    sleep(Duration::from_secs(11)).await;
    provider.publish(jwks_of(&[&old, &new]));
    let before = provider.fetches();
    let token = new.token("");
    let verdicts = futures::future::join_all((0..500).map(|_| ask(&authority, &token))).await;
    assert!(verdicts.iter().all(Result::is_ok), "{verdicts:?}");
    assert_eq!(provider.fetches() - before, 1);

    // A client that never answers.
    let stuck = service_fn(|_| std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>());
    let keys = RemoteKeys::at("https://id.test/jwks").client(stuck).start().unwrap();
    let began = Instant::now();
    assert_eq!(keys.ready(Duration::from_secs(4)).await.unwrap_err().reason(), Some("timeout"));
    assert!(began.elapsed() <= Duration::from_secs(4));
}
