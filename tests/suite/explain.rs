//! Explanations: they say what a verifier does, and nothing that a token should keep to itself.

use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{
    AccessModel, Algorithm, DeniedKind, Explanation, Inspection, KeySet, KeySource, KeysPending, Limits,
    MemoryRevocations, NotJudged, Outcome, Revocable, Revocations, Rules, Standing, Step, UnknownKid, Verifier,
    bearer_token,
};
use portcullis_testing::{BadToken, ManualClock, TestIssuer, Under, zoo};
use proptest::prelude::*;

fn rules(issuer: &TestIssuer, under: Under) -> Rules {
    let signs = issuer.key().algorithm();
    let rules = Rules::new().algorithms(Algorithm::DEFAULT.iter().copied().chain([signs]));
    if under == Under::Rfc9068 { rules.rfc9068_profile() } else { rules }
}

fn limits(under: Under) -> Limits {
    let mut limits = Limits::default();
    limits.max_age = (under == Under::MaxAge60).then_some(Duration::from_secs(60));
    limits
}

fn verifier(issuer: &TestIssuer, rules: Rules) -> Verifier {
    Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap()
}

/// What a verifier says, in one go, with the limits of an operation.
fn verdict(verifier: &Verifier, token: &[u8], limits: &Limits) -> Option<DeniedKind> {
    let judged = verifier.verify_signature(token).map_err(|refused| refused.into_denied());
    judged.and_then(|signed| verifier.enforce_expiry(&signed, limits)).err().map(|denied| denied.kind())
}

fn step<'e>(explained: &'e Explanation, id: &str) -> &'e Step {
    explained.steps().iter().find(|step| step.id() == id).unwrap()
}

fn ids(explained: &Explanation, outcome: Outcome) -> Vec<&'static str> {
    explained.steps().iter().filter(|step| step.outcome() == outcome).map(Step::id).collect()
}

const UNKNOWN: Outcome = Outcome::NotJudged(NotJudged::Unknown);
const EARLIER: Outcome = Outcome::NotJudged(NotJudged::Earlier);

/// Nothing of the token as it was sent: no eight characters in a row of any segment.
fn assert_keeps_to_itself(explained: &Explanation, token: &[u8], name: &str) {
    let said = format!("{explained}{explained:?}");
    assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{name}: a control character got through");
    for segment in token.split(|byte| *byte == b'.') {
        for window in segment.windows(8) {
            let Ok(window) = std::str::from_utf8(window) else { continue };
            assert!(!said.contains(window), "{name}: {window:?} is echoed in {said}");
        }
    }
    for step in explained.steps() {
        assert!(step.detail().chars().count() < 1000, "{name}: {}", step.detail());
    }
}

/// The token of a zoo entry, where the credential is one field with one token in it.
fn token_of(bad: &BadToken) -> Option<&[u8]> {
    match bad.authorization() {
        [field] => bearer_token(field).ok().flatten(),
        _ => None,
    }
}

#[test]
fn the_first_broken_rule_is_what_every_bad_token_is_refused_for() {
    let mut judged = 0;
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
        let issuer = TestIssuer::signing_with(algorithm);
        for bad in zoo(&issuer) {
            let Some(token) = token_of(&bad) else { continue };
            let (name, limits) = (format!("{algorithm} {:?}", bad.name()), limits(bad.under()));
            let rules = rules(&issuer, bad.under());
            let refused = verdict(&verifier(&issuer, rules.clone()), token, &limits);
            let inspection = Inspection::new(rules).issuer(issuer.issuer()).audience(issuer.audience());
            let explained = inspection.keys(issuer.keys()).limits(limits).explain(token);
            assert_eq!(explained.kind(), refused, "{name}\n{explained}");
            assert_eq!(explained.stands(), refused.is_none(), "{name}\n{explained}");
            assert_keeps_to_itself(&explained, token, &name);
            // T11 is broken by what an operation asks, S5 and T10 are judged within others.
            let found = explained.refused().map(Step::id);
            let rule = match bad.rule() {
                "T11" => None,
                // A claim of another shape spoils them all; dates out of order do not.
                "T2" | "T3" | "T4" | "T5" | "T6" | "T9" if found == Some("T1") => Some("T1"),
                "S5" => Some("S6"),
                "T10" => Some("T4"),
                rule => Some(rule),
            };
            assert_eq!(found, rule, "{name}\n{explained}");
            assert!(found != Some("T1") || refused == Some(DeniedKind::MalformedClaims), "{name}");
            judged += 1;
        }
    }
    assert!(judged > 200, "{judged}: the zoo is not asked");
}

#[test]
fn a_verifier_explains_a_good_token_as_one_that_stands() {
    for algorithm in Algorithm::ALL {
        let issuer = TestIssuer::signing_with(*algorithm);
        let token = issuer.token("orders:read");
        let explained = verifier(&issuer, rules(&issuer, Under::Rfc9068)).explain(&token);
        assert!(explained.stands(), "{explained}");
        assert_eq!((explained.kind(), explained.refused()), (None, None));
        assert_keeps_to_itself(&explained, token.as_bytes(), algorithm.as_str());
    }
}

#[test]
fn an_explanation_has_every_rule_once_by_its_number() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, Rules::new());
    let mut wanted = vec!["C1".to_owned(), "C2".to_owned()];
    wanted.extend((1..=6).map(|n| format!("S{n}")));
    wanted.extend((1..=13).map(|n| format!("T{n}")));
    for token in ["", "x", &issuer.token("a")] {
        let explained = verifier.explain(token);
        assert_eq!(explained.steps().iter().map(Step::id).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn details_say_what_a_person_wants_to_know() {
    let clock = ManualClock::at(1_700_000_000);
    let issuer = TestIssuer::new().clock(clock.clone());
    let verifier = verifier(&issuer, Rules::new().clock(clock.clone()));
    let good = verifier.explain(issuer.mint().scope("orders:read").issued_ago(50).expires_in(250).sign());
    let expired = verifier.explain(issuer.mint().issued_ago(8000).expires_in(-3725).sign());
    let stranger = issuer.clone().named("https://other.test", "https://elsewhere.test");
    let other = verifier.explain(stranger.mint().claim("nbf", 1_700_000_300).sign());
    for (explained, id, detail) in [
        (&good, "S2", "typ `at+jwt`"),
        (&good, "S3", "ES256"),
        (&good, "S4", "`test-es256`"),
        (&good, "T4", "expires in 4 min 10 s"),
        (&good, "T5", "no nbf"),
        (&good, "T6", "lives 5 min, at most 1 h"),
        (&good, "T7", "issued 50 s ago, no age is asked for"),
        (&good, "T11", "`orders:read`"),
        (&expired, "T4", "expired 1 h 2 min ago, with a leeway of 30 s"),
        (&expired, "T6", "lives 1 h 11 min, at most 1 h"),
        (&other, "T2", "`https://other.test` is not `https://id.test`"),
        (&other, "T3", "`https://elsewhere.test` does not name `https://api.test`"),
        (&other, "T5", "begins in 5 min, with a leeway of 30 s"),
    ] {
        assert_eq!(step(explained, id).detail(), detail, "{id}");
    }
    assert_eq!(ids(&expired, Outcome::Fail(DeniedKind::LifetimeTooLong)), ["T6"], "it goes on behind the first");
}

#[test]
fn what_rests_on_a_broken_rule_is_not_judged() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, Rules::new());
    let all_from = |first: usize| verifier.explain("").steps().iter().skip(first).map(Step::id).collect::<Vec<_>>();
    let good = issuer.token("orders:read");
    let claims: Vec<&str> = all_from(9);
    for (name, token, wanted) in [
        ("too large", "a".repeat(20_000), [vec!["C1"], all_from(2)].concat()),
        ("not a credential", format!("{good} "), all_from(2)),
        ("two segments", "a.b".to_owned(), all_from(3)),
        ("no algorithm", issuer.mint().without_header("alg").sign(), vec!["S4", "S5", "S6"]),
        ("an unknown key", issuer.mint().header("kid", "x").sign(), vec!["S5", "S6"]),
        ("no claims", issuer.mint().sign_raw(issuer.mint().header_json(), "[]"), claims),
        ("a bad signature", good.replace(&good[good.len() - 8..], "AAAAAAAA"), vec![]),
    ] {
        let explained = verifier.explain(&token);
        assert_eq!(ids(&explained, EARLIER), wanted, "{name}\n{explained}");
        assert!(!explained.stands(), "{name}");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let issuer = TestIssuer::new();
    let token = issuer.token("orders:read");
    let nothing = || Inspection::new(Rules::new());
    for (name, inspection, unknown) in [
        ("nothing", nothing(), vec!["S4", "S5", "S6", "T2", "T3"]),
        ("keys", nothing().keys(issuer.keys()), vec!["T2", "T3"]),
        ("names", nothing().issuer(issuer.issuer()).audience(issuer.audience()), vec!["S4", "S5", "S6"]),
    ] {
        let explained = inspection.explain(&token);
        assert_eq!(ids(&explained, UNKNOWN), unknown, "{name}");
        assert_eq!((explained.kind(), explained.stands()), (None, false), "{name}");
    }
    // A claim that is missing is missing for everybody.
    let bare = nothing().explain(issuer.mint().without("iss").without("aud").sign());
    assert_eq!(ids(&bare, Outcome::Fail(DeniedKind::MissingClaim)), ["T2", "T3"]);
}

#[derive(Debug)]
struct Keys(Option<Arc<KeySet>>, fn() -> UnknownKid);

impl KeySource for Keys {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.0.clone()
    }

    fn unknown_kid(&self, _: &str) -> UnknownKid {
        self.1()
    }
}

#[derive(Debug)]
struct CannotTell;

impl Revocations for CannotTell {
    fn standing(&self, _: &Revocable<'_>) -> Standing {
        Standing::Unknown { retry_after: Duration::from_secs(1) }
    }
}

/// What no bad token can bring about: keys, clock, lists, roles.
#[test]
fn what_hangs_on_the_service_is_explained_as_it_is_refused() {
    let issuer = TestIssuer::new();
    let stopped = ManualClock::now_of_system();
    stopped.fail();
    let revoked = MemoryRevocations::new();
    let good = issuer.mint().claim("roles", vec!["teller", "auditor"]).sign();
    let open = verifier(&issuer, Rules::new()).verify(&good).unwrap();
    revoked.revoke(open.revocation().unwrap());
    let duties = AccessModel::builder().role("teller", ["a"]).role("auditor", ["b"]).exclusive(["teller", "auditor"]);
    let duties = Rules::new().roles_from(["roles"]).access_model(duties.build().unwrap());
    let stranger = issuer.mint().header("kid", "x").sign();
    let set = || KeySet::from_keys([issuer.key().verifying_key().unwrap()]).map(Arc::new).ok();
    let twins = ["a", "b"].map(|kid| issuer.key().verifying_key().unwrap().with_kid(kid));
    let twins = KeySet::from_keys(twins).map(Arc::new).ok();
    let nameless = issuer.mint().without_header("kid").sign();
    let refuse: fn() -> UnknownKid = || UnknownKid::Refuse;
    let wait: fn() -> UnknownKid = || UnknownKid::Wait(KeysPending::new(std::future::pending()));
    let away: fn() -> UnknownKid = || UnknownKid::Unavailable { retry_after: Duration::from_secs(1) };
    for (name, token, keys, rules, id, kind) in [
        ("no keys", &good, Keys(None, refuse), Rules::new(), "S4", DeniedKind::KeysUnavailable),
        ("keys on their way", &stranger, Keys(set(), wait), Rules::new(), "S4", DeniedKind::KeysUnavailable),
        ("keys away", &stranger, Keys(set(), away), Rules::new(), "S4", DeniedKind::KeysUnavailable),
        ("two keys", &nameless, Keys(twins, refuse), Rules::new(), "S4", DeniedKind::AmbiguousKey),
        ("no clock", &good, Keys(set(), refuse), Rules::new().clock(stopped), "T4", DeniedKind::ClockFailed),
        ("revoked", &good, Keys(set(), refuse), Rules::new().revocations(revoked), "T12", DeniedKind::Revoked),
        (
            "no list",
            &good,
            Keys(set(), refuse),
            Rules::new().revocations(CannotTell),
            "T12",
            DeniedKind::RevocationsUnavailable,
        ),
        ("duties", &good, Keys(set(), refuse), duties, "T13", DeniedKind::ConflictingRoles),
    ] {
        let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], keys, rules).unwrap();
        let explained = verifier.explain(token);
        assert_eq!(verdict(&verifier, token.as_bytes(), &Limits::default()), Some(kind), "{name}");
        assert_eq!(
            explained.refused().map(|step| (step.id(), step.kind())),
            Some((id, Some(kind))),
            "{name}\n{explained}"
        );
    }
}

#[test]
fn a_list_of_what_is_revoked_is_not_asked_about_names_that_nobody_has_verified() {
    #[derive(Debug)]
    struct Never;
    impl Revocations for Never {
        fn standing(&self, _: &Revocable<'_>) -> Standing {
            panic!("asked")
        }
    }
    let issuer = TestIssuer::new();
    let rules = || Rules::new().revocations(Never);
    let forged = TestIssuer::new().token("orders:read");
    assert_eq!(step(&verifier(&issuer, rules()).explain(forged), "T12").outcome(), EARLIER);
    let inspection = Inspection::new(rules()).issuer(issuer.issuer()).audience(issuer.audience());
    assert_eq!(step(&inspection.explain(issuer.token("a")), "T12").outcome(), EARLIER);
}

/// What an attacker writes into a token comes out as letters, a little of it, and never as a token.
#[test]
fn what_a_token_says_cannot_speak_to_a_terminal() {
    let issuer = TestIssuer::new();
    let other = issuer.token("secret:stuff");
    let verifier = verifier(&issuer, Rules::new().roles_from(["roles"]));
    let hostile = [
        "\u{1b}]0;title\u{7}\u{1b}[31m".to_owned(),
        "\u{9b}2J\u{202e}\u{2028}\r\n\t\0".to_owned(),
        "x".repeat(1000),
        "\u{1b}".repeat(1000),
        other.clone(),
        other.split('.').nth(2).unwrap().to_owned() + " eyJ",
    ];
    for (nth, text) in hostile.iter().enumerate() {
        for token in [
            issuer.mint().claim("iss", text.as_str()).sign(),
            issuer.mint().claim("aud", vec![text.as_str(), "b"]).scope(text).claim("roles", vec![text.as_str()]).sign(),
            issuer.mint().header("kid", text.as_str()).sign(),
            issuer.mint().header("alg", text.as_str()).header("typ", text.as_str()).sign(),
        ] {
            let explained = verifier.explain(&token);
            assert_keeps_to_itself(&explained, token.as_bytes(), &format!("{nth}"));
            assert_keeps_to_itself(&explained, other.as_bytes(), &format!("{nth}: the other token"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn whatever_is_done_to_a_token_it_is_explained_as_it_is_refused(
        cuts in prop::collection::vec((0_usize..600, any::<u8>()), 0..3),
        name in prop::sample::select(vec!["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "cnf", "scope", "x"]),
        value in prop_oneof![
            Just(None), any::<i64>().prop_map(|n| Some(n.into())), ".*".prop_map(|text: String| Some(text.into())),
            (1_600_000_000_i64..2_000_000_000).prop_map(|n| Some(n.into())), Just(Some(serde_json::Value::Null)),
            Just(Some(serde_json::json!(["https://api.test"]))),
        ],
        profile: bool,
    ) {
        let issuer = TestIssuer::signing_with(Algorithm::EdDSA);
        let mint = issuer.mint().scope("orders:read");
        let mut token = match value {
            Some(value) => mint.claim(name, value).sign(),
            None => mint.without(name).sign(),
        }
        .into_bytes();
        for (at, byte) in cuts {
            let length = token.len();
            token[at % length] = byte;
        }
        let under = if profile { Under::Rfc9068 } else { Under::Defaults };
        let verifier = verifier(&issuer, rules(&issuer, under));
        let explained = verifier.explain(&token);
        prop_assert_eq!(explained.kind(), verdict(&verifier, &token, &Limits::default()), "{}", explained);
        prop_assert_eq!(explained.stands(), explained.kind().is_none());
        assert_keeps_to_itself(&explained, &token, "mutated");
    }
}
