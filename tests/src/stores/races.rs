//! Many at once: one is the first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{BoxFuture, join_all};
use portcullis_issuer::{EndReason, Store, StoreError};
use tokio::sync::Barrier;

use super::Place;
use super::sample::{ended, family, hours, mark, now, signing_key, step};

const MANY: usize = 64;

/// Does something 64 times at once, over two handles, and says which of them were the first.
async fn first_of_many<F>(place: &dyn Place, act: F) -> Vec<usize>
where
    F: Fn(usize, Arc<dyn Store>) -> BoxFuture<'static, Result<bool, StoreError>>,
{
    let stores = [place.open().await, place.open().await];
    let start = Arc::new(Barrier::new(MANY));
    let tasks = (0..MANY).map(|index| {
        let (start, act) = (Arc::clone(&start), act(index, Arc::clone(&stores[index % 2])));
        tokio::spawn(async move {
            start.wait().await;
            act.await.expect("a store that is there answers")
        })
    });
    let first = join_all(tasks).await.into_iter().enumerate().filter(|(_, first)| *first.as_ref().unwrap());
    first.map(|(index, _)| index).collect()
}

pub(super) async fn one_step_of_many(place: &dyn Place) {
    let store = place.open().await;
    for _ in 0..3 {
        let alice = family("alice");
        store.begin(alice.clone(), now()).await.unwrap();
        let steps: Vec<_> = (0..MANY).map(|_| step(&alice)).collect();
        let first = first_of_many(place, |index, store| {
            let step = steps[index].clone();
            Box::pin(async move { store.rotate(step).await })
        });
        let first = first.await;
        assert_eq!(first.len(), 1, "one alone is true");
        let winner = steps[first[0]].applied_to(&alice);
        assert_eq!(store.find(alice.key).await, Ok(winner), "and it is the one that was taken");
    }
}

pub(super) async fn one_end_of_many(place: &dyn Place) {
    let store = place.open().await;
    let alice = family("alice");
    store.begin(alice.clone(), now()).await.unwrap();
    let reasons = [EndReason::Reuse, EndReason::Revoked, EndReason::Disabled];
    let ends: Vec<_> = (0..MANY).map(|index| ended(reasons[index % 3])).collect();
    let first = first_of_many(place, |index, store| {
        let (key, ended) = (alice.key, ends[index]);
        Box::pin(async move { store.end(key, ended).await })
    });
    let first = first.await;
    assert_eq!(first.len(), 1, "one alone is true");
    assert_eq!(store.find(alice.key).await.unwrap().unwrap().ended, Some(ends[first[0]]));
}

/// Some go on stepping while one ends it: each step that began after the end was told is refused, and nothing has moved since.
pub(super) async fn no_step_once_the_end_was_told(place: &dyn Place) {
    let (stepping, ending) = (place.open().await, place.open().await);
    for round in 0..8 {
        let alice = family("alice");
        stepping.begin(alice.clone(), now()).await.unwrap();
        let told = Arc::new(AtomicBool::new(false));
        let stepper = tokio::spawn({
            let (store, told, mut family) = (Arc::clone(&stepping), Arc::clone(&told), alice.clone());
            async move {
                for steps in 0.. {
                    let (after, next) = (told.load(Ordering::SeqCst), step(&family));
                    let taken = store.rotate(next.clone()).await.unwrap();
                    assert!(!(after && taken), "step {steps} was taken after the end");
                    match next.applied_to(&family) {
                        Some(next) if taken => family = next,
                        _ => break,
                    }
                }
                family
            }
        });
        for _ in 0..round {
            tokio::task::yield_now().await;
            ending.find(alice.key).await.unwrap();
        }
        let end = ended(EndReason::Revoked);
        if round % 2 == 0 {
            assert_eq!(ending.end(alice.key, end).await, Ok(true));
        } else {
            assert_eq!(ending.end_all("alice".into(), end).await, Ok(vec![alice.key]));
        }
        told.store(true, Ordering::SeqCst);
        let found = ending.find(alice.key).await.unwrap().unwrap();
        let mut last = stepper.await.unwrap();
        last.ended = Some(end);
        assert_eq!(found, last, "as it was when it ended");
        assert_eq!(ending.find(alice.key).await, Ok(Some(found)), "and as it stays");
    }
}

pub(super) async fn one_use_of_many(place: &dyn Place) {
    for _ in 0..3 {
        let (mark, now) = (mark(), now());
        let first = first_of_many(place, |_, store| {
            Box::pin(async move { store.first_use(mark, now.saturating_add(hours(1)), now).await })
        });
        assert_eq!(first.await.len(), 1, "one alone is true");
    }
}

pub(super) async fn one_key_of_many(place: &dyn Place) {
    let store = place.open().await;
    for generation in 1..=3 {
        let keys: Vec<_> = (0..MANY).map(|index| signing_key(generation, &format!("key {index}"))).collect();
        let first = first_of_many(place, |index, store| {
            let key = keys[index].clone();
            Box::pin(async move { store.add_key(key).await })
        });
        let first = first.await;
        assert_eq!(first.len(), 1, "one alone is true");
        let kept = store.keys().await.unwrap();
        assert!(kept.last() == Some(&keys[first[0]]) && kept.len() as u64 == generation, "and it is the one");
    }
}
