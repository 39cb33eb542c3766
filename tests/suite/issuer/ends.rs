//! Revocation: what ends, and who is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use portcullis::{MemoryRevocations, Rules, Verifier};
use portcullis_issuer::{Issuer, MemoryStore, RefusedKind, RevocationError};
use portcullis_testing::ManualClock;

use super::{ISSUER, MINUTE, ORDERS, Staff, builder, kind, set};

#[tokio::test]
async fn a_token_given_back_ends_with_all_that_came_of_it() {
    let (clock, revoked) = (ManualClock::at(1_800_000_000), MemoryRevocations::new());
    let staff = Staff::of(&[("alice", "read")]);
    let issuer = builder(&staff, &MemoryStore::new(), &clock).memory_revocations(&revoked).build().await.unwrap();
    let rules = Rules::new().revocations(revoked.clone()).clock(clock.clone());
    let verifier = Verifier::new(ISSUER, [ORDERS], issuer.key_source(), rules).unwrap();
    let login = async || issuer.grant("alice", "web", set("read")).await.unwrap();

    let (first, other) = (login().await, login().await);
    let second = issuer.refresh(&first.refresh, "web").await.unwrap();
    // Spent or not: whoever holds it wants the family gone.
    issuer.revoke(first.refresh.as_str(), "web").await.unwrap();
    issuer.revoke(first.refresh.as_str(), "web").await.unwrap();
    assert_eq!(kind(issuer.refresh(&second.refresh, "web").await), RefusedKind::FamilyEnded);
    assert!(verifier.verify(first.access.as_str()).is_err() && verifier.verify(second.access.as_str()).is_err());
    assert!(verifier.verify(other.access.as_str()).is_ok(), "another login goes on");

    issuer.revoke(other.access.as_str(), "web").await.unwrap();
    assert!(verifier.verify(other.access.as_str()).is_err());
    issuer.refresh(&other.refresh, "web").await.unwrap();

    for nothing in ["", "x", "a.b.c", "prt_AAAA", first.access.as_str()] {
        issuer.revoke(nothing, "web").await.unwrap();
    }
    let last = login().await;
    assert_eq!(kind(issuer.revoke(last.refresh.as_str(), "spa").await), RefusedKind::WrongClient);
    assert_eq!(kind(issuer.revoke(last.access.as_str(), "spa").await), RefusedKind::WrongClient);
    issuer.refresh(&last.refresh, "web").await.unwrap();
}

#[tokio::test]
async fn all_of_a_subject_ends_and_nothing_of_another() {
    let (clock, revoked) = (ManualClock::at(1_800_000_000), MemoryRevocations::new());
    let staff = Staff::of(&[("alice", "read"), ("bob", "read")]);
    let issuer = builder(&staff, &MemoryStore::new(), &clock).memory_revocations(&revoked).build().await.unwrap();
    let rules = Rules::new().revocations(revoked.clone()).clock(clock.clone());
    let verifier = Verifier::new(ISSUER, [ORDERS], issuer.key_source(), rules).unwrap();
    let (web, phone) = (
        issuer.grant("alice", "web", set("read")).await.unwrap(),
        issuer.grant("alice", "phone", set("read")).await.unwrap(),
    );
    let (job, bob) =
        (issuer.mint("alice", "job").await.unwrap(), issuer.grant("bob", "web", set("read")).await.unwrap());
    issuer.end_all("alice").await.unwrap();
    for (refresh, client) in [(&web.refresh, "web"), (&phone.refresh, "phone")] {
        assert_eq!(kind(issuer.refresh(refresh, client).await), RefusedKind::FamilyEnded);
    }
    for token in [&web.access, &phone.access, &job] {
        assert!(verifier.verify(token.as_str()).is_err(), "of this very second, too");
    }
    assert!(verifier.verify(bob.access.as_str()).is_ok());
    issuer.refresh(&bob.refresh, "web").await.unwrap();
    clock.advance(std::time::Duration::from_secs(1));
    let back = issuer.grant("alice", "web", set("read")).await.unwrap();
    assert!(verifier.verify(back.access.as_str()).is_ok(), "she can log in again");
}

#[tokio::test]
async fn who_cannot_be_told_is_not_forgotten() {
    let clock = ManualClock::at(1_800_000_000);
    let staff = Staff::of(&[("alice", "read")]);
    let away = |_| std::future::ready(Err(RevocationError::new("away")));
    let issuer = builder(&staff, &MemoryStore::new(), &clock).revocations(MemoryRevocations::new()).revoke_with(away);
    let issuer = issuer.build().await.unwrap();
    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    assert_eq!(kind(issuer.revoke(tokens.refresh.as_str(), "web").await), RefusedKind::RevocationsUnavailable);
    assert_eq!(
        kind(issuer.refresh(&tokens.refresh, "web").await),
        RefusedKind::FamilyEnded,
        "it has ended all the same"
    );
    let again = issuer.revoke(tokens.refresh.as_str(), "web").await;
    assert_eq!(kind(again), RefusedKind::RevocationsUnavailable, "told again when asked again");
    let nobody = builder(&staff, &MemoryStore::new(), &clock).build().await.unwrap();
    let tokens = nobody.grant("alice", "web", set("read")).await.unwrap();
    let refused = nobody.revoke(tokens.access.as_str(), "web").await;
    assert_eq!(kind(refused), RefusedKind::UnsupportedTokenType, "with nobody to tell, it would go on");
}

/// Counts what it is told, and may be away.
#[derive(Clone, Default)]
struct Feed {
    told: Arc<AtomicUsize>,
    away: Arc<AtomicBool>,
}

impl Feed {
    /// One more instance that tells it.
    async fn issuer(&self, store: &MemoryStore, clock: &ManualClock) -> Issuer {
        let feed = self.clone();
        let builder = builder(&Staff::of(&[("alice", "read")]), store, clock).revocations(MemoryRevocations::new());
        let builder = builder.revoke_with(move |_| {
            feed.told.fetch_add(1, Ordering::SeqCst);
            let away = feed.away.load(Ordering::SeqCst);
            std::future::ready(if away { Err(RevocationError::new("away")) } else { Ok(()) })
        });
        builder.build().await.unwrap()
    }

    /// How often it was told since the last time.
    fn told(&self) -> usize {
        self.told.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn an_end_is_told_until_it_is_known_and_then_no_more_whoever_presents_its_tokens() {
    let (clock, store, feed) = (ManualClock::at(1_800_000_000), MemoryStore::new(), Feed::default());
    let issuer = feed.issuer(&store, &clock).await;
    let first = issuer.grant("alice", "web", set("read")).await.unwrap();
    issuer.refresh(&first.refresh, "web").await.unwrap();
    clock.advance(MINUTE);
    feed.away.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(kind(issuer.refuse_reused(&first.refresh).await), RefusedKind::RevocationsUnavailable);
        assert_eq!(kind(issuer.revoke(first.refresh.as_str(), "web").await), RefusedKind::RevocationsUnavailable);
    }
    assert_eq!(feed.told(), 4, "nobody knows of it yet");
    feed.away.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(kind(issuer.refuse_reused(&first.refresh).await), RefusedKind::RefreshTokenReused);
        assert_eq!(kind(issuer.refresh(&first.refresh, "web").await), RefusedKind::RefreshTokenReused);
        issuer.revoke(first.refresh.as_str(), "web").await.unwrap();
    }
    assert_eq!(feed.told(), 1, "once");
    let other = issuer.grant("alice", "web", set("read")).await.unwrap();
    issuer.revoke(other.refresh.as_str(), "web").await.unwrap();
    assert_eq!(feed.told(), 1, "of another family");
}

#[tokio::test]
async fn an_end_is_told_for_as_long_as_an_access_token_may_live() {
    for (name, later, told) in [
        ("at once", Duration::ZERO, 1),
        ("when the last one expires, by a clock that is behind", 61 * MINUTE, 1),
        ("after that", 61 * MINUTE + Duration::from_secs(1), 0),
    ] {
        let (clock, store, feed) = (ManualClock::at(1_800_000_000), MemoryStore::new(), Feed::default());
        let issuer = feed.issuer(&store, &clock).await;
        let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
        feed.away.store(true, Ordering::SeqCst);
        issuer.revoke(tokens.refresh.as_str(), "web").await.unwrap_err();
        feed.away.store(false, Ordering::SeqCst);
        assert_eq!(feed.told(), 1, "{name}");
        clock.advance(later);
        let another = feed.issuer(&store, &clock).await;
        for _ in 0..2 {
            another.revoke(tokens.refresh.as_str(), "web").await.unwrap();
        }
        assert_eq!(feed.told(), told, "{name}");
    }
}
