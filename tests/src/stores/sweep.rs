//! Forgetting.

use std::time::Duration;

use portcullis_issuer::{EndReason, Family};

use super::Place;
use super::sample::{ended, family, hours, later, mark, now, signing_key, step};

pub(super) async fn forgets_what_is_over(place: &dyn Place) {
    let store = place.open().await;
    let start = now();
    let soon = start.saturating_add(Duration::from_millis(700));
    let ends = Family { ends_at: soon, ..family("ends") };
    let idle = Family { idle_until: soon, ..family("idle") };
    let ended_before = Family { idle_until: soon, ..family("ended") };
    let used = Family { idle_until: soon, ..family("used in time") };
    let stays = family("stays");
    for family in [&ends, &idle, &ended_before, &used, &stays] {
        store.begin(family.clone(), start).await.unwrap();
    }
    assert_eq!(store.end(ended_before.key, ended(EndReason::Revoked)).await, Ok(true));
    let next = step(&used);
    let used = next.applied_to(&used).unwrap();
    assert_eq!(store.rotate(next).await, Ok(true));
    // Used, and over all the same.
    let next = step(&ends);
    assert_eq!(store.rotate(next).await, Ok(true));
    assert_eq!(store.add_key(signing_key(1, "a")).await, Ok(true));
    let after = later(Duration::from_secs(1)).await;
    store.sweep(after).await.unwrap();
    for family in [&ends, &idle, &ended_before] {
        assert_eq!(store.find(family.key).await, Ok(None), "{}", family.subject);
    }
    for family in [used, stays] {
        assert_eq!(store.find(family.key).await, Ok(Some(family.clone())), "{}", family.subject);
    }
    assert_eq!(store.end_all("idle".into(), ended(EndReason::Revoked)).await, Ok(vec![]), "by its subject neither");
    assert_eq!(store.keys().await.unwrap().len(), 1, "keys are dropped by name alone");
}

pub(super) async fn keeps_what_is_not_over(place: &dyn Place) {
    let store = place.open().await;
    let (start, mark) = (now(), mark());
    let until = start.saturating_add(hours(1));
    let (alive, ended_before) = (family("alive"), family("ended"));
    store.begin(alive.clone(), start).await.unwrap();
    store.begin(ended_before.clone(), start).await.unwrap();
    assert_eq!(store.end(ended_before.key, ended(EndReason::Reuse)).await, Ok(true));
    assert_eq!(store.first_use(mark, until, start).await, Ok(true));
    assert_eq!(store.add_key(signing_key(1, "a")).await, Ok(true));
    // To the last moment.
    for now in [start, until] {
        store.sweep(now).await.unwrap();
        assert_eq!(store.find(alive.key).await, Ok(Some(alive.clone())));
        let ended = store.find(ended_before.key).await.unwrap().expect("its spent tokens go on to be known");
        assert!(ended.ended.is_some());
        assert_eq!(store.first_use(mark, until, now).await, Ok(false));
        assert_eq!(store.keys().await.unwrap().len(), 1);
    }
}
