//! Rotation of signing keys.

use std::time::Duration;

use portcullis::{Algorithm, Rules, Verifier};
use portcullis_core::SigningKey;
use portcullis_issuer::{Actor, FixedKeys, Issuer, IssuerKeys, KeptKeys, MemoryStore};
use portcullis_testing::{ManualClock, TestIssuer};
use serde_json::Value;

use super::{ISSUER, MINUTE, ORDERS, Staff, set};

async fn keeping(store: &MemoryStore, clock: &ManualClock, keys: KeptKeys) -> Issuer {
    let staff = Staff::of(&[("alice", "read")]);
    Issuer::builder(ISSUER)
        .resource(ORDERS)
        .keys(keys)
        .entitlements(staff.entitlements())
        .store(store.clone())
        .clock(clock.clone())
        .build()
        .await
        .unwrap()
}

fn kids(jwks: &Value) -> Vec<String> {
    jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn signed_by(issuer: &Issuer) -> String {
    let token = issuer.mint("alice", "web").scopes(set("read")).await.unwrap();
    let header = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token.as_str().split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_next_key_is_published_by_all_before_any_signs_with_it() {
    let (store, clock) = (MemoryStore::new(), ManualClock::at(1_800_000_000));
    let (one, two) =
        (keeping(&store, &clock, KeptKeys::default()).await, keeping(&store, &clock, KeptKeys::default()).await);
    let old = signed_by(&one).await;
    assert_eq!(signed_by(&two).await, old, "instances share their keys");
    let next = one.rotate_keys().await.unwrap().unwrap();
    assert_eq!(one.rotate_keys().await.unwrap(), None, "one at a time");
    clock.advance(MINUTE);
    for issuer in [&one, &two] {
        assert_eq!(kids(&issuer.jwks().await.unwrap()), [old.clone(), next.clone()]);
        assert_eq!(signed_by(issuer).await, old);
    }
    clock.advance(59 * MINUTE);
    for issuer in [&one, &two] {
        assert_eq!(signed_by(issuer).await, next);
        assert_eq!(kids(&issuer.jwks().await.unwrap()), [old.clone(), next.clone()], "tokens of the old one live on");
    }
    clock.advance(62 * MINUTE);
    for issuer in [&one, &two] {
        issuer.maintain().await.unwrap();
        assert_eq!(kids(&issuer.jwks().await.unwrap()).concat(), next);
    }
    let third = keeping(&store, &clock, KeptKeys::default()).await;
    assert_eq!(signed_by(&third).await, next, "kept by the store");
}

#[tokio::test]
async fn keys_change_by_themselves_when_their_turn_has_come() {
    let (store, clock) = (MemoryStore::new(), ManualClock::at(1_800_000_000));
    let keys = KeptKeys::new(Algorithm::EdDSA).publish_ahead(10 * MINUTE).rotate_every(60 * MINUTE);
    let issuer = keeping(&store, &clock, keys).await;
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..240 {
        clock.advance(MINUTE);
        let (signer, published) = (signed_by(&issuer).await, kids(&issuer.jwks().await.unwrap()));
        assert!(published.contains(&signer) && published.len() <= 3, "{published:?}");
        if seen.last() != Some(&signer) {
            assert!(!seen.contains(&signer), "none comes back");
            seen.push(signer);
        }
    }
    assert_eq!(seen.len(), 5, "one an hour");
}

#[tokio::test]
async fn keys_of_yours_sign_or_are_published_as_you_say() {
    let key = |kid: &str| SigningKey::generate(Algorithm::ES256).unwrap().with_kid(kid);
    let keys = FixedKeys::signing_with(key("now")).also_publish(key("next")).also_publish(key("before"));
    let issuer = Issuer::builder(ISSUER)
        .resource(ORDERS)
        .keys(keys)
        .entitlements(Staff::of(&[("alice", "read")]).entitlements())
        .store(MemoryStore::new())
        .build()
        .await
        .unwrap();
    assert_eq!(signed_by(&issuer).await, "now");
    let jwks = issuer.jwks().await.unwrap();
    assert_eq!(kids(&jwks), ["now", "next", "before"]);
    assert!(jwks["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none() && key["use"] == "sig"));
    assert_eq!(issuer.rotate_keys().await.unwrap(), None);
    let unnamed = SigningKey::generate(Algorithm::ES256).unwrap();
    let thumbprint = unnamed.thumbprint().unwrap();
    let issuer = Issuer::builder(ISSUER).resource(ORDERS).keys(unnamed);
    let issuer = issuer.entitlements(Staff::of(&[("alice", "read")]).entitlements()).store(MemoryStore::new());
    assert_eq!(signed_by(&issuer.build().await.unwrap()).await, thumbprint, "RFC 7638");
}

#[tokio::test]
async fn a_key_of_an_algorithm_that_services_do_not_accept_unasked_builds_no_issuer() {
    let key = |algorithm: Algorithm| {
        if algorithm.is_symmetric() {
            return SigningKey::from_secret(algorithm, "s".repeat(64)).unwrap();
        }
        let elliptic = algorithm.as_str().starts_with('E');
        let pem = TestIssuer::signing_with(if elliptic { algorithm } else { Algorithm::RS256 }).key().to_pem();
        SigningKey::from_pem(algorithm, pem.unwrap()).unwrap()
    };
    let built = async |keys: IssuerKeys| {
        let issuer = Issuer::builder(ISSUER).resource(ORDERS).keys(keys);
        let issuer = issuer.entitlements(Staff::of(&[("alice", "read")]).entitlements()).store(MemoryStore::new());
        issuer.build().await.map_err(|error| error.to_string())
    };
    for algorithm in Algorithm::ALL.iter().copied() {
        for (name, keys) in [
            ("signs", FixedKeys::signing_with(key(algorithm)).into()),
            ("is published", FixedKeys::signing_with(key(Algorithm::ES256)).also_publish(key(algorithm)).into()),
            ("is made by the issuer", IssuerKeys::from(KeptKeys::new(algorithm))),
        ] {
            match built(keys).await {
                Ok(issuer) => {
                    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
                    let actor = Actor::new("orders").serves(ORDERS).calls(ORDERS);
                    issuer.exchange(tokens.access.as_str(), actor).await.unwrap();
                    assert!(Algorithm::DEFAULT.contains(&algorithm), "{algorithm} {name}");
                }
                Err(said) => {
                    let repaired = said.contains("ES256, ES384, EdDSA, RS256 or PS256");
                    assert!(repaired && !Algorithm::DEFAULT.contains(&algorithm), "{algorithm} {name}: {said}");
                }
            }
        }
    }
}

/// Instances that come and go, two verifiers with copies of the key set of their own age, and no good token refused.
#[tokio::test]
async fn no_verifier_with_a_copy_younger_than_publish_ahead_refuses_a_good_token() {
    let (store, clock) = (MemoryStore::new(), ManualClock::at(1_800_000_000));
    let ahead = 10 * MINUTE;
    let keys = KeptKeys::default().publish_ahead(ahead).rotate_every(15 * MINUTE);
    let (one, two) = (keeping(&store, &clock, keys).await, keeping(&store, &clock, keys).await);
    let mut copies: Vec<(Duration, portcullis::StaticKeys)> = Vec::new();
    for minute in 0..120_u32 {
        for issuer in [&one, &two] {
            let copy = portcullis::StaticKeys::from_jwks(&issuer.jwks().await.unwrap().to_string()).unwrap();
            copies.push((MINUTE * minute, copy));
            let token = issuer.mint("alice", "web").await.unwrap();
            for (taken, copy) in copies.iter().filter(|(taken, _)| *taken + ahead - MINUTE > MINUTE * minute) {
                let rules = Rules::new().clock(clock.clone());
                let verifier = Verifier::new(ISSUER, [ORDERS], copy.clone(), rules).unwrap();
                assert!(verifier.verify(token.as_str()).is_ok(), "a copy of {taken:?}, at minute {minute}");
            }
        }
        clock.advance(MINUTE);
    }
}
