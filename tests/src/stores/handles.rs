//! Several handles on one place: instances of an issuer, and the same one started again.

use portcullis_issuer::EndReason;

use super::Place;
use super::sample::{ended, family, hours, mark, now, signing_key, step};

pub(super) async fn two_are_one(place: &dyn Place) {
    let (one, other) = (place.open().await, place.open().await);
    let (alice, mark, now) = (family("alice"), mark(), now());
    one.begin(alice.clone(), now).await.unwrap();
    assert_eq!(other.find(alice.key).await, Ok(Some(alice.clone())));
    let next = step(&alice);
    assert_eq!(other.rotate(next.clone()).await, Ok(true));
    assert_eq!(one.rotate(next.clone()).await, Ok(false));
    assert_eq!(one.find(alice.key).await, Ok(next.applied_to(&alice)));
    assert_eq!(one.first_use(mark, now.saturating_add(hours(1)), now).await, Ok(true));
    assert_eq!(other.first_use(mark, now.saturating_add(hours(1)), now).await, Ok(false));
    assert_eq!(one.add_key(signing_key(1, "one")).await, Ok(true));
    assert_eq!(other.add_key(signing_key(1, "other")).await, Ok(false));
    assert!(one.keys().await == other.keys().await);
    assert_eq!(one.end(alice.key, ended(EndReason::Revoked)).await, Ok(true));
    assert_eq!(other.end(alice.key, ended(EndReason::Reuse)).await, Ok(false));
    assert_eq!(other.find(alice.key).await, one.find(alice.key).await);
    other.drop_key(1).await.unwrap();
    assert_eq!(one.keys().await, Ok(vec![]));
}

pub(super) async fn found_after_opening_again(place: &dyn Place) {
    let store = place.open().await;
    let (alice, bob, mark, now) = (family("alice"), family("bob"), mark(), now());
    store.begin(alice.clone(), now).await.unwrap();
    store.begin(bob.clone(), now).await.unwrap();
    let next = step(&alice);
    let alice = next.applied_to(&alice).unwrap();
    assert_eq!(store.rotate(next).await, Ok(true));
    assert_eq!(store.end(bob.key, ended(EndReason::Disabled)).await, Ok(true));
    let bob = store.find(bob.key).await.unwrap();
    assert_eq!(store.first_use(mark, now.saturating_add(hours(1)), now).await, Ok(true));
    assert_eq!(store.add_key(signing_key(1, "a")).await, Ok(true));
    let keys = store.keys().await.unwrap();
    drop(store);

    let store = place.open().await;
    assert_eq!(store.find(alice.key).await, Ok(Some(alice)));
    assert_eq!(store.find(bob.as_ref().unwrap().key).await, Ok(bob));
    assert_eq!(store.first_use(mark, now.saturating_add(hours(1)), now).await, Ok(false));
    assert!(store.keys().await.unwrap() == keys);
}
