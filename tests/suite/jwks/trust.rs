//! Several issuers.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{
    Algorithm, Authority, DeniedKind, KeySource, KeyState, Rules, StaticKeys, TenantResolver, Tenants, Trust, TrustMap,
    Verifier,
};
use portcullis_jwks::RemoteKeys;
use portcullis_testing::{ManualClock, TestIssuer, Under, zoo};
use portcullis_tests::idp::{Idp, issuer_with_key};

use super::outage::Provider;
use super::{PATIENCE, UNKNOWN_KEY, ask, until};

const WRONG_ISSUER: Result<(), (u16, DeniedKind)> = Err((401, DeniedKind::WrongIssuer));

fn trusting(trust: impl Trust) -> Authority {
    Authority::builder().trust(trust).realm("https://api.test").build().unwrap()
}

fn verifier(issuer: &TestIssuer, keys: impl KeySource, rules: Rules) -> Verifier {
    Verifier::new(issuer.issuer(), [issuer.audience()], keys, rules).unwrap()
}

#[tokio::test]
async fn each_issuer_has_its_own_audience_keys_algorithms_and_rules() {
    let ours = issuer_with_key("https://id.test", "key");
    let theirs = TestIssuer::signing_with(Algorithm::EdDSA).named("https://partner.test", "partner-api");
    let strict = Rules::new().algorithms([Algorithm::EdDSA]).max_lifetime(Duration::from_secs(60));
    let trust =
        TrustMap::from_iter([verifier(&ours, ours.keys(), Rules::new()), verifier(&theirs, theirs.keys(), strict)]);
    let authority = trusting(trust);
    let short = || theirs.mint().expires_in(50);
    assert_eq!(ask(&authority, &ours.token("")).await, Ok(()));
    assert_eq!(ask(&authority, &short().sign()).await, Ok(()));
    let denied = |kind| Err((401, kind));
    assert_eq!(ask(&authority, &theirs.token("")).await, denied(DeniedKind::LifetimeTooLong), "their rules");
    let for_us = short().audience("https://api.test").sign();
    assert_eq!(ask(&authority, &for_us).await, denied(DeniedKind::WrongAudience), "their audience");
    let to_them = ours.mint().audience("partner-api").sign();
    assert_eq!(ask(&authority, &to_them).await, denied(DeniedKind::WrongAudience), "our audience");
    let by_es256 = TestIssuer::with_key(issuer_key(Algorithm::ES256, theirs.key().kid().unwrap()));
    let by_es256 = by_es256.named("https://partner.test", "partner-api").mint().expires_in(50).sign();
    assert_eq!(ask(&authority, &by_es256).await, denied(DeniedKind::AlgorithmNotAllowed), "their algorithms");
}

fn issuer_key(algorithm: Algorithm, kid: &str) -> portcullis_core::SigningKey {
    portcullis_core::SigningKey::generate(algorithm).unwrap().with_kid(kid)
}

/// Two issuers that name their keys alike, and one that says it is the other.
#[tokio::test]
async fn a_kid_of_one_issuer_never_serves_another() {
    let (blue, red) = (issuer_with_key("https://blue.test", "key"), issuer_with_key("https://red.test", "key"));
    let only_red = issuer_with_key("https://red.test", "only-red");
    let red_keys = StaticKeys::from_jwks(&portcullis_tests::idp::jwks_of(&[&red, &only_red])).unwrap();
    let authority = trusting(TrustMap::from_iter([
        verifier(&blue, blue.keys(), Rules::new()),
        verifier(&red, red_keys, Rules::new()),
    ]));
    let as_blue = |key: &TestIssuer| key.mint().claim("iss", "https://blue.test").sign();
    assert_eq!(ask(&authority, &only_red.token("")).await, Ok(()));
    assert_eq!(ask(&authority, &as_blue(&red)).await, Err((401, DeniedKind::BadSignature)));
    assert_eq!(ask(&authority, &as_blue(&only_red)).await, UNKNOWN_KEY);
}

/// The name that a token claims chooses a verifier; who is not in the map is refused before anything is looked up or fetched.
#[tokio::test]
async fn an_issuer_that_is_not_trusted_causes_nothing() {
    let idp = Idp::publishing("");
    let ours = issuer_with_key(&idp.issuer(), "key");
    idp.publish(ours.jwks());
    let keys = RemoteKeys::discover(idp.issuer()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10_100)).await;
    let authority = trusting(TrustMap::from_iter([verifier(&ours, keys.clone(), Rules::new())]));
    let before = idp.asked().len();
    for issuer in ["https://evil.test", "", &format!("{}/", idp.issuer()), &idp.issuer().to_uppercase()] {
        let stranger = issuer_with_key(issuer, "unknown");
        assert_eq!(ask(&authority, &stranger.token("")).await, WRONG_ISSUER, "{issuer:?}");
        let by_our_key = ours.mint().claim("iss", issuer).sign();
        assert_eq!(ask(&authority, &by_our_key).await, WRONG_ISSUER, "{issuer:?}");
    }
    assert_eq!(ask(&authority, &ours.mint().without("iss").sign()).await, Err((401, DeniedKind::MissingClaim)));
    for (issuer, kind) in [
        (serde_json::json!(["https://id.test"]), DeniedKind::MalformedClaims),
        (17.into(), DeniedKind::MalformedClaims),
    ] {
        assert_eq!(ask(&authority, &ours.mint().claim("iss", issuer).sign()).await, Err((401, kind)));
    }
    assert_eq!(idp.asked().len(), before, "nothing was fetched");
    assert_eq!(ask(&authority, &ours.token("")).await, Ok(()));
}

/// Every bad token is as bad with a map as without one.
#[tokio::test]
async fn a_map_lets_nothing_through_that_one_issuer_would_not() {
    let issuer = TestIssuer::new();
    let other = issuer_with_key("https://partner.test", "key");
    let authorities = |rules: Rules| {
        let one = portcullis_tests::builder(&issuer, issuer.keys()).rules(|_| rules.clone()).build().unwrap();
        let entries = [verifier(&issuer, issuer.keys(), rules), verifier(&other, other.keys(), Rules::new())];
        (one, trusting(TrustMap::from_iter(entries)))
    };
    let mut compared = 0;
    // Those that are bad for one operation only are none of the map's business.
    let for_all = |kind| !matches!(kind, DeniedKind::InsufficientScope | DeniedKind::TooOld);
    for bad in zoo(&issuer).into_iter().filter(|bad| for_all(bad.kind()) && bad.authorization().len() == 1) {
        let rules = if bad.under() == Under::Rfc9068 { Rules::new().rfc9068_profile() } else { Rules::new() };
        let (one, map) = authorities(rules);
        let Some(token) = bad.authorization()[0].strip_prefix(b"Bearer ") else { continue };
        let verdicts = [one.trust(), map.trust()]
            .map(|trust| trust.verify(token).map(drop).map_err(|refused| refused.into_denied().kind()));
        assert_eq!(verdicts[0], Err(bad.kind()), "{}", bad.name());
        // The claims are looked at before the signature, so a token with two faults may be refused for the other one.
        let reads_claims_first = matches!(bad.rule(), "S1" | "S2" | "S3" | "S4" | "S5" | "S6" | "C1");
        assert!(
            verdicts[1] == verdicts[0] || reads_claims_first && verdicts[1].is_err(),
            "{}: {verdicts:?}",
            bad.name()
        );
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

#[tokio::test]
async fn entries_come_and_go_while_the_service_runs() {
    let idp = Idp::publishing("");
    let (ours, theirs) = (issuer_with_key("https://id.test", "key"), issuer_with_key(&idp.issuer(), "key"));
    idp.publish(theirs.jwks());
    let trust = TrustMap::new();
    let authority = trusting(trust.clone());
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(ask(&authority, &ours.token("")).await, WRONG_ISSUER, "nobody is trusted yet");

    trust.insert(verifier(&ours, ours.keys(), Rules::new()));
    let keys = RemoteKeys::discover(idp.issuer()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    trust.insert(verifier(&theirs, keys, Rules::new()));
    let health: Vec<_> = authority.health().into_iter().map(|health| (health.issuer, health.keys.state)).collect();
    assert_eq!(
        HashSet::<_>::from_iter(health),
        HashSet::from([("https://id.test".into(), KeyState::Static), (idp.issuer(), KeyState::Fresh)])
    );
    let token = theirs.token("");
    assert_eq!(ask(&authority, &ours.token("")).await, Ok(()));
    assert_eq!(ask(&authority, &token).await, Ok(()));

    // A proof that was made before, too.
    let principal = authority.trust().verify(token.as_bytes()).unwrap();
    let limits = portcullis::Limits::default();
    authority.trust().check_limits(&principal, &limits).unwrap();
    assert!(trust.remove(&idp.issuer()).is_some());
    assert_eq!(ask(&authority, &token).await, WRONG_ISSUER);
    assert_eq!(authority.trust().check_limits(&principal, &limits).unwrap_err().kind(), DeniedKind::WrongIssuer);
    until("the end of its task", || tasks() == 0).await;

    // Another entry in its place is another trust.
    trust.insert(verifier(&theirs, theirs.keys(), Rules::new()));
    assert_eq!(ask(&authority, &token).await, Ok(()));
    assert!(authority.trust().check_limits(&principal, &limits).is_err(), "the proof is of the entry that is gone");
}

/// A longer cap of one issuer lets nothing longer through to another.
#[tokio::test]
async fn the_cap_on_the_size_of_a_token_is_that_of_its_issuer() {
    let (wide, narrow) = (issuer_with_key("https://wide.test", "key"), issuer_with_key("https://narrow.test", "key"));
    let trust = TrustMap::from_iter([
        verifier(&wide, wide.keys(), Rules::new().max_token_bytes(100_000)),
        verifier(&narrow, narrow.keys(), Rules::new()),
    ]);
    let long = |issuer: &TestIssuer, bytes: usize| {
        trust
            .verify(issuer.mint().claim("x", "x".repeat(bytes)).sign().as_bytes())
            .map(drop)
            .map_err(|e| e.into_denied().kind())
    };
    assert_eq!(long(&wide, 50_000), Ok(()));
    assert_eq!(long(&narrow, 50_000), Err(DeniedKind::CredentialTooLarge));
    assert_eq!(long(&wide, 100_000), Err(DeniedKind::CredentialTooLarge));
}

/// A service of many tenants.
#[derive(Clone, Debug)]
struct Shops(Arc<Inner>);

struct Inner {
    tenants: Mutex<HashSet<String>>,
    made: AtomicUsize,
    provider: Provider,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shops")
    }
}

impl Shops {
    fn of(count: usize, issuer: &TestIssuer) -> Self {
        let tenants = (0..count).map(tenant).collect();
        let provider = Provider::publishing(issuer.jwks());
        Self(Arc::new(Inner { tenants: Mutex::new(tenants), made: AtomicUsize::new(0), provider }))
    }
}

fn tenant(number: usize) -> String {
    format!("https://id.test/{number}")
}

impl TenantResolver for Shops {
    fn is_tenant(&self, issuer: &str) -> bool {
        self.0.tenants.lock().unwrap().contains(issuer)
    }

    fn verifier(&self, issuer: &str) -> Option<Verifier> {
        self.0.made.fetch_add(1, Ordering::Relaxed);
        let keys = RemoteKeys::at(format!("{issuer}/jwks")).client(self.0.provider.client()).start().ok()?;
        Verifier::new(issuer, ["https://api.test"], keys, Rules::new()).ok()
    }
}

#[tokio::test(start_paused = true)]
async fn tenants_come_as_their_tokens_do_and_inventing_some_causes_no_fetch() {
    let key = issuer_with_key("https://id.test/0", "key");
    let shops = Shops::of(3, &key);
    let authority = trusting(Tenants::new(shops.clone()));
    let of = |number: usize| key.mint().claim("iss", tenant(number)).sign();
    for number in 0..3 {
        assert_eq!(ask(&authority, &of(number)).await, super::NO_KEYS, "its keys are on their way");
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(ask(&authority, &of(number)).await, Ok(()));
    }
    let fetches = shops.0.provider.fetches();
    for number in 3..10_000 {
        assert_eq!(authority.trust().verifier(&tenant(number)).unwrap_err().kind(), DeniedKind::WrongIssuer);
    }
    assert_eq!(ask(&authority, &of(17)).await, WRONG_ISSUER);
    assert_eq!((shops.0.provider.fetches(), shops.0.made.load(Ordering::Relaxed)), (fetches, 3));

    // One that leaves is refused at once, and its task ends.
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks(), 3);
    shops.0.tenants.lock().unwrap().remove(&tenant(1));
    assert_eq!(ask(&authority, &of(1)).await, WRONG_ISSUER);
    tokio::task::yield_now().await;
    assert_eq!(tasks(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_set_of_tenants_is_bounded_and_those_in_use_are_not_crowded_out() {
    let key = issuer_with_key("https://id.test/0", "key");
    let stranger = issuer_with_key("https://id.test/0", "key");
    let shops = Shops::of(1000, &key);
    let clock = ManualClock::now_of_system();
    let tenants = Tenants::with_room(shops.clone(), 10, Duration::from_secs(3600), clock.clone());
    let authority = trusting(tenants.clone());
    let of = |number: usize| key.mint().claim("iss", tenant(number)).sign();
    let pass = async |seconds| {
        clock.advance(Duration::from_secs(seconds));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    };
    for number in 0..10 {
        ask(&authority, &of(number)).await.unwrap_err();
        pass(1).await;
        assert_eq!(ask(&authority, &of(number)).await, Ok(()));
    }
    let made = shops.0.made.load(Ordering::Relaxed);

    // Tokens forged in the names of real tenants: few of them get a place, and none that of another.
    for number in 10..1000 {
        let forged = stranger.mint().claim("iss", tenant(number)).sign();
        assert!(ask(&authority, &forged).await.is_err());
    }
    assert!(tenants.verifiers().len() <= 42, "{}", tenants.verifiers().len());
    assert!(shops.0.made.load(Ordering::Relaxed) - made <= 32);
    for number in 0..10 {
        assert_eq!(ask(&authority, &of(number)).await, Ok(()), "tenant {number} is in use");
    }
    assert_eq!(ask(&authority, &of(999)).await, super::NO_KEYS, "503, not 401: it is a tenant");
    // A real one gets its place as soon as a forged one has had its time.
    pass(11).await;
    assert!(ask(&authority, &of(999)).await.is_err());
    pass(1).await;
    assert_eq!(ask(&authority, &of(999)).await, Ok(()));

    // And nobody stays without good tokens.
    pass(3500).await;
    assert_eq!(ask(&authority, &of(0)).await, Ok(()));
    pass(3601).await;
    ask(&authority, &of(1)).await.ok();
    assert!(tenants.verifiers().len() <= 2, "{}", tenants.verifiers().len());
}

/// A source whose set is replaced between the look at it and the question about the unknown name.
#[derive(Debug)]
struct Replaced {
    sets: [Arc<portcullis::KeySet>; 2],
    asked: AtomicUsize,
}

impl KeySource for Replaced {
    fn current(&self) -> Option<Arc<portcullis::KeySet>> {
        self.sets.get(self.asked.load(Ordering::Relaxed).min(1)).cloned()
    }

    fn unknown_kid(&self, _: &str) -> portcullis::UnknownKid {
        self.asked.fetch_add(1, Ordering::Relaxed);
        portcullis::UnknownKid::Refuse
    }
}

#[tokio::test]
async fn a_key_that_comes_while_a_request_looks_for_it_is_found() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let set = |issuer: &TestIssuer| Arc::new(portcullis::KeySet::from_jwks(&issuer.jwks()).unwrap());
    let ask_for = async |token: String| {
        let keys = Replaced { sets: [set(&old), set(&new)], asked: AtomicUsize::new(0) };
        ask(&portcullis_tests::builder(&new, keys).build().unwrap(), &token).await
    };
    assert_eq!(ask_for(new.token("")).await, Ok(()));
    let forger = issuer_with_key("https://id.test", "new");
    assert_eq!(ask_for(forger.token("")).await, Err((401, DeniedKind::BadSignature)), "found is not yet verified");
    assert_eq!(ask_for(issuer_with_key("https://id.test", "other").token("")).await, UNKNOWN_KEY);
}

/// An entry that is replaced by another that would take the token refuses no request that is under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_can_be_replaced_under_load() {
    let issuer = issuer_with_key("https://id.test", "key");
    let trust = TrustMap::from_iter([verifier(&issuer, issuer.keys(), Rules::new())]);
    let authority = trusting(trust.clone());
    let over = std::sync::atomic::AtomicBool::new(false);
    let token = issuer.token("orders:read");
    let asked = std::thread::scope(|scope| {
        let client = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut asked = 0_u32;
            while !over.load(Ordering::Relaxed) {
                assert_eq!(runtime.block_on(ask(&authority, &token)), Ok(()));
                asked += 1;
            }
            asked
        });
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_secs(1) {
            trust.insert(verifier(&issuer, issuer.keys(), Rules::new()));
        }
        over.store(true, Ordering::Relaxed);
        client.join().unwrap()
    });
    assert!(asked > 100, "{asked}");
}

/// Further in, a proof of an entry that is gone is no proof; one that was replaced has the token judged again.
#[tokio::test]
async fn a_nested_layer_asks_whether_the_proof_still_stands() {
    use http::{Request, Response};
    use tower::{Layer, ServiceExt, service_fn};

    let issuer = issuer_with_key("https://id.test", "key");
    let stricter = || verifier(&issuer, issuer.keys(), Rules::new().max_lifetime(Duration::from_secs(60)));
    type Change<'c> = &'c dyn Fn(&TrustMap);
    let changes: [(&str, Change<'_>, u16); 4] = [
        ("nothing", &|_| {}, 200),
        ("removed", &|trust| drop(trust.remove("https://id.test")), 401),
        ("replaced by its like", &|trust| drop(trust.insert(verifier(&issuer, issuer.keys(), Rules::new()))), 200),
        ("replaced by a stricter one", &|trust| drop(trust.insert(stricter())), 401),
    ];
    async fn fine(_: Request<String>) -> Result<Response<String>, std::convert::Infallible> {
        Ok(Response::new(String::new()))
    }
    for (name, change, status) in changes {
        let trust = TrustMap::from_iter([verifier(&issuer, issuer.keys(), Rules::new())]);
        let authority = trusting(trust.clone());
        let inner = authority.require(portcullis_tests::ReadOrders).layer(service_fn(fine));
        let stack = authority.authenticate().layer(tower::util::MapRequest::new(inner, |request: Request<String>| {
            change(&trust);
            request
        }));
        let response = stack.oneshot(portcullis_tests::request(&issuer.token("orders:read"))).await.unwrap();
        assert_eq!(response.status(), status, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn forged_tokens_of_tenants_neither_make_the_service_unready_nor_starve_the_others() {
    let key = issuer_with_key("https://id.test/0", "key");
    let stranger = issuer_with_key("https://id.test/0", "key");
    let shops = Shops::of(200, &key);
    let clock = ManualClock::now_of_system();
    let tenants = Tenants::with_room(shops.clone(), 200, Duration::from_secs(3600), clock.clone());
    let authority = trusting(tenants.clone());
    assert!(authority.is_ready(), "nobody is there yet, and nobody is refused for it");
    let forged = |number: usize| stranger.mint().claim("iss", tenant(number)).sign();
    let good = |number: usize| key.mint().claim("iss", tenant(number)).sign();
    for round in 0..6 {
        for number in 10..200 {
            assert!(ask(&authority, &forged(number)).await.is_err());
            if number % 20 == 0 {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        }
        assert!(authority.is_ready() && authority.health().len() <= round, "forged tokens are no sign of anything");
        clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_secs(1)).await;
        ask(&authority, &good(round)).await.unwrap_err();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(ask(&authority, &good(round)).await, Ok(()), "round {round}");
    }
    // One partner whose keys cannot be had does not take the service away from the others.
    let trust = TrustMap::from_iter([verifier(&key, key.keys(), Rules::new())]);
    let stuck = tower::service_fn(|_| {
        std::future::pending::<Result<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible>>()
    });
    let keys = RemoteKeys::at("https://partner.test/jwks").client(stuck).start().unwrap();
    trust.insert(Verifier::new("https://partner.test", ["a"], keys, Rules::new()).unwrap());
    assert!(trusting(trust.clone()).is_ready());
    trust.remove(key.issuer());
    assert!(!trusting(trust).is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_changes_is_forgotten_and_made_anew() {
    let key = issuer_with_key("https://id.test/0", "key");
    let shops = Shops::of(1, &key);
    let tenants = Tenants::new(shops.clone());
    tenants.verifier(&tenant(0)).unwrap();
    tenants.verifier(&tenant(0)).unwrap();
    assert_eq!(shops.0.made.load(Ordering::Relaxed), 1);
    tenants.forget(&tenant(0));
    tenants.verifier(&tenant(0)).unwrap();
    assert_eq!(shops.0.made.load(Ordering::Relaxed), 2);
}

/// Issuers that sign access and ID tokens alike tell them apart by a claim.
#[tokio::test]
async fn another_kind_of_token_of_the_same_issuer_and_audience_is_refused() {
    let issuer = TestIssuer::new();
    let rules = |rules: Rules| rules.require_claim("token_use", "access").require_claim(["a", "b"], "c");
    let authority = portcullis_tests::builder(&issuer, issuer.keys()).rules(rules).build().unwrap();
    let mint = || issuer.mint().claim("a", serde_json::json!({ "b": "c" }));
    assert_eq!(ask(&authority, &mint().claim("token_use", "access").sign()).await, Ok(()));
    let wrong = Err((401, DeniedKind::WrongType));
    for other in ["id", "ACCESS", "access ", ""] {
        assert_eq!(ask(&authority, &mint().claim("token_use", other).sign()).await, wrong, "{other:?}");
    }
    for other in [serde_json::json!(["access"]), serde_json::json!(1), serde_json::Value::Null] {
        assert_eq!(ask(&authority, &mint().claim("token_use", other.clone()).sign()).await, wrong, "{other}");
    }
    assert_eq!(ask(&authority, &mint().sign()).await, wrong, "without it");
    assert_eq!(ask(&authority, &issuer.mint().claim("token_use", "access").sign()).await, wrong, "without the other");
}
