//! What may be used once.

use std::time::Duration;

use super::Place;
use super::sample::{hours, later, mark, now};

pub(super) async fn once(place: &dyn Place) {
    let store = place.open().await;
    let (first, second, now) = (mark(), mark(), now());
    let until = now.saturating_add(hours(1));
    assert_eq!(store.first_use(first, until, now).await, Ok(true));
    assert_eq!(store.first_use(second, until, now).await, Ok(true), "another mark");
    for mark in [first, second] {
        assert_eq!(store.first_use(mark, until, now).await, Ok(false));
        assert_eq!(store.first_use(mark, until.saturating_add(hours(1)), now).await, Ok(false), "for longer");
    }
}

pub(super) async fn free_again_after_its_time(place: &dyn Place) {
    let store = place.open().await;
    let (brief, long) = (mark(), mark());
    let start = now();
    let until = start.saturating_add(Duration::from_millis(700));
    assert_eq!(store.first_use(brief, until, start).await, Ok(true));
    assert_eq!(store.first_use(long, start.saturating_add(hours(1)), start).await, Ok(true));
    // Nobody makes it longer by trying.
    assert_eq!(store.first_use(brief, start.saturating_add(hours(1)), start).await, Ok(false));
    let after = later(Duration::from_secs(1)).await;
    assert_eq!(store.first_use(brief, after.saturating_add(hours(1)), after).await, Ok(true), "free again");
    assert_eq!(store.first_use(brief, after.saturating_add(hours(1)), after).await, Ok(false), "once");
    assert_eq!(store.first_use(long, after.saturating_add(hours(1)), after).await, Ok(false), "the other is not");
}
