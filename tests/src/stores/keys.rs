//! Signing keys.

use portcullis_core::{Algorithm, Timestamp};
use portcullis_issuer::KeyRecord;

use super::Place;
use super::sample::signing_key;

pub(super) async fn oldest_first(place: &dyn Place) {
    let store = place.open().await;
    assert_eq!(store.keys().await, Ok(vec![]), "none at first");
    let mut keys: Vec<KeyRecord> = [10, 2, 1, 9, 11, 100].map(|nth| signing_key(nth, &format!("key {nth}"))).into();
    for (key, algorithm) in keys.iter_mut().zip(Algorithm::ALL) {
        key.algorithm = *algorithm;
    }
    // A key that signs at once, and one that was to sign long ago.
    keys[0].sign_from = Timestamp::from_millis(1);
    for key in &keys {
        assert_eq!(store.add_key(key.clone()).await, Ok(true));
    }
    keys.sort_by_key(|key| key.generation);
    assert!(store.keys().await.unwrap() == keys, "all that is kept of a key, by number and not by text");
    store.drop_key(9).await.unwrap();
    store.drop_key(9).await.expect("it is gone: that is what was asked for");
    store.drop_key(77).await.expect("it never was there");
    keys.retain(|key| key.generation != 9);
    assert!(store.keys().await.unwrap() == keys);
}

pub(super) async fn the_first_stays(place: &dyn Place) {
    let store = place.open().await;
    let first = signing_key(1, "first");
    assert_eq!(store.add_key(first.clone()).await, Ok(true));
    assert_eq!(store.add_key(signing_key(1, "second")).await, Ok(false));
    assert_eq!(store.add_key(first.clone()).await, Ok(false), "itself again");
    assert!(store.keys().await.unwrap() == [first.clone()]);
    // The same name twice is no matter of the store.
    let next = signing_key(2, "first");
    assert_eq!(store.add_key(next.clone()).await, Ok(true));
    assert!(store.keys().await.unwrap() == [first, next]);
}
