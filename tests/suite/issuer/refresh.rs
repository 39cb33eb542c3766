//! Refresh: what may the caller do now?

use std::time::Duration;

use portcullis_issuer::{Authentication, MemoryStore, Occasion, RefreshToken, RefusedKind};
use portcullis_testing::ManualClock;

use super::{LEDGER, MINUTE, ORDERS, Staff, builder, issuer, kind, payload, set};

#[tokio::test]
async fn a_refresh_gives_what_was_granted_and_is_entitled_now() {
    for (name, granted, now, requested, expected) in [
        ("nothing has changed", "read write", "read write", None, Ok("read write")),
        ("demoted", "read write", "read", None, Ok("read")),
        ("promoted: never more than granted", "read", "read write", None, Ok("read")),
        ("narrowed by the client", "read write", "read write", Some("read"), Ok("read")),
        ("narrowed, and demoted", "read write", "read", Some("read write"), Ok("read")),
        ("wider than granted", "read", "read write", Some("read write"), Err(RefusedKind::BeyondGrant)),
        ("all of it gone", "read", "write", None, Err(RefusedKind::NothingGranted)),
        ("what is implied by the grant", "admin", "admin", Some("read"), Ok("read")),
        ("an administrator no more", "admin", "read", None, Ok("read")),
        ("promoted: implied now", "read", "admin", None, Ok("read")),
    ] {
        let staff = Staff::of(&[("alice", granted)]);
        let (issuer, _) = issuer(&staff).await;
        let tokens = issuer.grant("alice", "web", set(granted)).await.unwrap();
        staff.may("alice", now);
        let asking = issuer.refresh(&tokens.refresh, "web");
        let refreshed = match requested {
            Some(scopes) => asking.scopes(set(scopes)).await,
            None => asking.await,
        };
        let scopes = refreshed.as_ref().map(|tokens| payload(&tokens.access)["scope"].clone());
        assert_eq!(scopes.map_err(|refused| refused.kind()), expected.map(Into::into), "{name}");
    }
}

#[tokio::test]
async fn narrowing_touches_the_access_token_alone_and_a_demotion_ends_with_it() {
    let staff = Staff::of(&[("alice", "read write")]);
    let (issuer, _) = issuer(&staff).await;
    let tokens = issuer.grant("alice", "web", set("read write")).await.unwrap();
    let tokens = issuer.refresh(&tokens.refresh, "web").scopes(set("read")).await.unwrap();
    let tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    assert_eq!(tokens.access.scopes().to_string(), "read write", "narrowed once, whole again");
    staff.may("alice", "read");
    let tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    staff.may("alice", "read write");
    let tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    assert_eq!(tokens.access.scopes().to_string(), "read write", "it was granted, and she may again");
    assert!(staff.asked().iter().skip(1).all(|asked| asked.occasion == Occasion::Refresh && asked.resource == ORDERS));
}

#[tokio::test]
async fn a_spent_token_ends_its_family_whatever_else_is_wrong() {
    type Wrong = fn(
        portcullis_issuer::Asking<'_, portcullis_issuer::Refresh>,
    ) -> portcullis_issuer::Asking<'_, portcullis_issuer::Refresh>;
    let as_is: Wrong = |asking| asking;
    for (name, client, wrong, staff_after) in [
        ("nothing else", "web", as_is, Some("read")),
        ("another client", "spa", as_is, Some("read")),
        ("another resource", "web", |asking| asking.resource(LEDGER), Some("read")),
        ("too wide a scope", "web", |asking| asking.scopes(set("read write admin")), Some("read")),
        ("nobody can say what she may", "web", as_is, None),
    ] {
        let staff = Staff::of(&[("alice", "read")]);
        let (issuer, clock) = issuer(&staff).await;
        let first = issuer.grant("alice", "web", set("read")).await.unwrap();
        let second = issuer.refresh(&first.refresh, "web").await.unwrap();
        clock.advance(Duration::from_secs(11));
        if staff_after.is_none() {
            staff.disable("alice");
        }
        let replayed = wrong(issuer.refresh(&first.refresh, client)).await;
        assert_eq!(kind(replayed), RefusedKind::RefreshTokenReused, "{name}");
        staff.may("alice", "read");
        assert_eq!(kind(issuer.refresh(&second.refresh, "web").await), RefusedKind::FamilyEnded, "{name}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_good_token_does_not_spend_it() {
    let staff = Staff::of(&[("alice", "read")]);
    let (issuer, _) = issuer(&staff).await;
    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    for (name, refused, expected) in [
        ("another client", issuer.refresh(&tokens.refresh, "spa").await, RefusedKind::WrongClient),
        ("another resource", issuer.refresh(&tokens.refresh, "web").resource(LEDGER).await, RefusedKind::WrongTarget),
        ("too wide", issuer.refresh(&tokens.refresh, "web").scopes(set("write")).await, RefusedKind::BeyondGrant),
        (
            "no token at all",
            issuer.refresh(&RefreshToken::from("x".to_owned()), "web").await,
            RefusedKind::UnknownRefreshToken,
        ),
    ] {
        assert_eq!(kind(refused), expected, "{name}");
    }
    staff.may("alice", "");
    assert_eq!(kind(issuer.refresh(&tokens.refresh, "web").await), RefusedKind::NothingGranted);
    staff.may("alice", "read");
    issuer.refresh(&tokens.refresh, "web").resource(ORDERS).await.unwrap();
}

#[tokio::test]
async fn a_token_of_another_issuer_over_the_same_store_is_not_known() {
    let (staff, store, clock) = (Staff::of(&[("alice", "read")]), MemoryStore::new(), ManualClock::at(1_800_000_000));
    let issuer = builder(&staff, &store, &clock).build().await.unwrap();
    let other = portcullis_issuer::Issuer::builder("https://other.test")
        .resource(ORDERS)
        .keys(portcullis_issuer::KeptKeys::default())
        .entitlements(staff.entitlements())
        .store(store.clone())
        .clock(clock.clone())
        .build()
        .await
        .unwrap();
    let first = issuer.grant("alice", "web", set("read")).await.unwrap();
    let second = issuer.refresh(&first.refresh, "web").await.unwrap();
    clock.advance(MINUTE);
    for (name, token) in [("good", &second.refresh), ("spent", &first.refresh)] {
        assert_eq!(kind(other.refresh(token, "web").await), RefusedKind::UnknownRefreshToken, "{name}");
        other.refuse_reused(token).await.unwrap();
        other.revoke(token.as_str(), "web").await.unwrap();
    }
    let another_instance = builder(&staff, &store, &clock).build().await.unwrap();
    another_instance.refresh(&second.refresh, "web").await.unwrap();
}

#[tokio::test]
async fn who_cannot_be_asked_about_keeps_the_token_and_gets_nothing() {
    let staff = Staff::of(&[("alice", "read")]);
    let away = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (clock, inner) = (ManualClock::at(1_800_000_000), std::sync::Arc::clone(&away));
    let entitlements = portcullis_issuer::EntitlementsFn::new(move |_| {
        std::future::ready(if inner.load(std::sync::atomic::Ordering::SeqCst) {
            Err(portcullis_issuer::EntitlementsUnavailable::new("away"))
        } else {
            Ok(portcullis_issuer::Entitled::to(set("read")).into())
        })
    });
    let issuer = portcullis_issuer::Issuer::builder(super::ISSUER)
        .resource(ORDERS)
        .keys(portcullis_issuer::KeptKeys::default())
        .entitlements(entitlements)
        .store(MemoryStore::new())
        .clock(clock)
        .build()
        .await
        .unwrap();
    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    away.store(true, std::sync::atomic::Ordering::SeqCst);
    let refused = issuer.refresh(&tokens.refresh, "web").await;
    assert_eq!(kind(refused), RefusedKind::EntitlementsUnavailable);
    away.store(false, std::sync::atomic::Ordering::SeqCst);
    issuer.refresh(&tokens.refresh, "web").await.unwrap();
    drop(staff);
}

#[tokio::test]
async fn a_disabled_subject_gets_nothing_and_its_family_ends() {
    let staff = Staff::of(&[("alice", "read")]);
    let (issuer, _) = issuer(&staff).await;
    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    staff.disable("alice");
    assert_eq!(kind(issuer.refresh(&tokens.refresh, "web").await), RefusedKind::SubjectDisabled);
    staff.may("alice", "read");
    assert_eq!(kind(issuer.refresh(&tokens.refresh, "web").await), RefusedKind::FamilyEnded, "she logs in again");
}

#[tokio::test]
async fn a_lost_answer_is_given_again_for_a_moment_and_until_its_token_is_used() {
    let (staff, store) = (Staff::of(&[("alice", "read write")]), MemoryStore::new());
    let clock = ManualClock::at(1_800_000_000);
    let issuer = builder(&staff, &store, &clock).refresh_grace(Duration::from_secs(10)).build().await.unwrap();
    let first = issuer.grant("alice", "web", set("read write")).await.unwrap();
    let second = issuer.refresh(&first.refresh, "web").await.unwrap();
    clock.advance(Duration::from_secs(10));
    staff.may("alice", "read");
    let again = issuer.refresh(&first.refresh, "web").await.unwrap();
    assert_eq!(again.refresh.as_str(), second.refresh.as_str(), "the same successor");
    assert_eq!(again.access.scopes().to_string(), "read", "asked again all the same");
    assert_eq!(kind(issuer.refresh(&first.refresh, "spa").await), RefusedKind::WrongClient);
    // Its successor is used: whoever comes with the first one now has a copy.
    let third = issuer.refresh(&again.refresh, "web").await.unwrap();
    assert_eq!(kind(issuer.refresh(&first.refresh, "web").await), RefusedKind::RefreshTokenReused);
    assert_eq!(kind(issuer.refresh(&third.refresh, "web").await), RefusedKind::FamilyEnded);

    let none = builder(&staff, &store, &clock).refresh_grace(Duration::ZERO).build().await.unwrap();
    let first = none.grant("alice", "web", set("read")).await.unwrap();
    none.refresh(&first.refresh, "web").await.unwrap();
    clock.advance(Duration::from_millis(1));
    assert_eq!(kind(none.refresh(&first.refresh, "web").await), RefusedKind::RefreshTokenReused, "no grace");
}

#[tokio::test]
async fn a_family_ends_when_it_is_idle_and_when_it_is_old() {
    let (staff, day) = (Staff::of(&[("alice", "read")]), Duration::from_secs(24 * 60 * 60));
    for (name, apart, times) in
        [("idle for too long", 7 * day + MINUTE, 0), ("as old as it may be", 5 * day + MINUTE, 5)]
    {
        let (issuer, clock) = issuer(&staff).await;
        let mut tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
        for _ in 0..times {
            clock.advance(apart);
            tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
        }
        clock.advance(apart);
        assert_eq!(kind(issuer.refresh(&tokens.refresh, "web").await), RefusedKind::GrantExpired, "{name}");
        issuer.maintain().await.unwrap();
        assert_eq!(kind(issuer.refresh(&tokens.refresh, "web").await), RefusedKind::UnknownRefreshToken, "{name}");
    }
    let (issuer, clock) = issuer(&staff).await;
    let mut tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    for _ in 0..4 {
        clock.advance(7 * day);
        tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    }
    clock.advance(2 * day - MINUTE);
    let last = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    assert_eq!(last.access.expires_in(), 60, "no access token outlives its family");
}

#[tokio::test]
async fn a_login_does_not_get_younger_or_stronger_by_refreshing() {
    let (issuer, clock) = issuer(&Staff::of(&[("alice", "read")])).await;
    let login = Authentication::at(portcullis_core::Timestamp::from_secs(1_799_999_000)).acr("basic").amr(["pwd"]);
    let mut tokens = issuer.grant("alice", "web", set("read")).authentication(login).await.unwrap();
    for _ in 0..3 {
        let claims = payload(&tokens.access);
        assert_eq!(claims["auth_time"], 1_799_999_000);
        assert_eq!((claims["acr"].as_str(), claims["amr"][0].as_str()), (Some("basic"), Some("pwd")));
        clock.advance(60 * MINUTE);
        tokens = issuer.refresh(&tokens.refresh, "web").await.unwrap();
    }
}
