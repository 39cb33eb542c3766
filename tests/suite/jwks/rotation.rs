//! Rotations, over a real socket.

use std::time::{Duration, Instant};

use portcullis_jwks::RemoteKeys;
use portcullis_tests::idp::{Idp, Play, issuer_with_key, json, jwks_of};

use super::{PATIENCE, UNKNOWN_KEY, ask, authority_of};

/// Longer than the cooldown, so that a new name may cause a fetch.
const COOLED_DOWN: Duration = Duration::from_millis(10_100);

#[tokio::test]
async fn with_an_overlap_nobody_notices() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let idp = Idp::publishing(old.jwks());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    tokio::time::sleep(COOLED_DOWN).await;
    idp.publish(jwks_of(&[&old, &new]));
    for _ in 0..20 {
        assert_eq!(ask(&authority, &new.token("")).await, Ok(()), "from the first request on");
        assert_eq!(ask(&authority, &old.token("")).await, Ok(()));
    }
    assert_eq!(idp.fetches(), 2, "one at the start, one for the new name");
}

#[tokio::test]
async fn without_an_overlap_the_first_request_of_the_new_key_ends_the_old_one() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let idp = Idp::publishing(old.jwks());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    assert_eq!(ask(&authority, &old.token("")).await, Ok(()));
    tokio::time::sleep(COOLED_DOWN).await;
    idp.publish(new.jwks());
    assert_eq!(ask(&authority, &old.token("")).await, Ok(()), "nobody knows yet");
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));
    assert_eq!(ask(&authority, &old.token("")).await, UNKNOWN_KEY, "the set is newer than the cooldown");
    assert_eq!(idp.fetches(), 2);
}

/// The key of the same name, replaced: a signature by the old one is bad, whatever its name.
#[tokio::test]
async fn a_key_replaced_under_its_name_is_gone_with_the_set() {
    let (old, new) = (issuer_with_key("https://id.test", "key"), issuer_with_key("https://id.test", "key"));
    let other = issuer_with_key("https://id.test", "other");
    let idp = Idp::publishing(old.jwks());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    let token = old.token("");
    assert_eq!(ask(&authority, &token).await, Ok(()));
    tokio::time::sleep(COOLED_DOWN).await;
    idp.publish(jwks_of(&[&new, &other]));
    assert_eq!(ask(&authority, &other.token("")).await, Ok(()));
    assert_eq!(ask(&authority, &token).await, Err((401, portcullis::DeniedKind::BadSignature)));
    assert_eq!(ask(&authority, &new.token("")).await, Ok(()));
}

/// A fetch that takes long delays whom it is for, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_keys_do_not_wait_for_a_fetch() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let idp = Idp::publishing(old.jwks());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    let (old_token, new_token) = (old.token(""), new.token(""));
    tokio::time::sleep(COOLED_DOWN).await;
    idp.keys(Play::Slow(2000, json(jwks_of(&[&old, &new]))));

    let began = Instant::now();
    let waiter = tokio::spawn({
        let authority = authority.clone();
        async move { (ask(&authority, &new_token).await, began.elapsed()) }
    });
    let mut served = 0_u32;
    while !waiter.is_finished() {
        assert_eq!(ask(&authority, &old_token).await, Ok(()));
        served += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (verdict, waited) = waiter.await.unwrap();
    assert_eq!(verdict, Ok(()));
    assert!(waited >= Duration::from_millis(2000), "it came before the keys did");
    assert!(served > 200, "{served} requests of the known key while the fetch took two seconds");
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let issuer = issuer_with_key("https://id.test", "key");
    let idp = Idp::publishing("");
    idp.keys(Play::Tagged("v1", issuer.jwks()));
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    tokio::time::sleep(COOLED_DOWN).await;
    let stranger = issuer_with_key("https://id.test", "stranger");
    assert_eq!(ask(&authority, &stranger.token("")).await, UNKNOWN_KEY, "304: the keys are up to date");
    assert_eq!((idp.fetches(), keys.health().last_error), (2, None));
    assert!(keys.health().age.unwrap() < Duration::from_secs(5), "304 confirms the set");
    assert_eq!(ask(&authority, &issuer.token("")).await, Ok(()));
    idp.keys(Play::Tagged("v2", stranger.jwks()));
    tokio::time::sleep(COOLED_DOWN).await;
    let third = issuer_with_key("https://id.test", "third");
    assert_eq!(ask(&authority, &third.token("")).await, UNKNOWN_KEY);
    assert_eq!(ask(&authority, &stranger.token("")).await, Ok(()), "another tag is another document");
}
