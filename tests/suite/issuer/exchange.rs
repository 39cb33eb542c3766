//! Exchange: the same caller, one service further, with less.

use portcullis::{Algorithm, MemoryRevocations, Revocation};
use portcullis_core::{AccessModel, SigningKey};
use portcullis_issuer::{
    AccessToken, Actor, Entitled, EntitlementsFn, ErrorCode, Issuer, MemoryStore, Occasion, Question, RefusedKind,
};
use portcullis_testing::{ManualClock, TestIssuer};
use serde_json::json;

use super::{ISSUER, LEDGER, MINUTE, ORDERS, STOCK, Staff, builder, kind, payload, set};

async fn chain(staff: &Staff) -> (Issuer, ManualClock, MemoryRevocations) {
    let (clock, revoked) = (ManualClock::now_of_system(), MemoryRevocations::new());
    let issuer = builder(staff, &MemoryStore::new(), &clock).resource(STOCK).resource(LEDGER);
    (issuer.memory_revocations(&revoked).build().await.unwrap(), clock, revoked)
}

fn orders() -> Actor {
    Actor::new("orders").serves(ORDERS).calls(STOCK)
}

fn stock() -> Actor {
    Actor::new("stock").serves(STOCK).calls(LEDGER)
}

async fn token(issuer: &Issuer, scopes: &str) -> AccessToken {
    issuer.grant("alice", "web", set(scopes)).resource(ORDERS).await.unwrap().access
}

#[tokio::test]
async fn each_token_of_a_chain_is_smaller_than_the_last_and_tells_who_acted() {
    let staff = Staff::of(&[("alice", "read write audit")]);
    let (issuer, clock, _) = chain(&staff).await;
    let first = token(&issuer, "read write audit").await;
    clock.advance(MINUTE);
    let second = issuer.exchange(first.as_str(), orders()).scopes(set("read audit")).await.unwrap();
    clock.advance(MINUTE);
    let third = issuer.exchange(second.as_str(), stock()).scopes(set("read")).resource(LEDGER).await.unwrap();
    let (one, two, three) = (payload(&first), payload(&second), payload(&third));
    assert_eq!(
        (&two["aud"], &two["scope"], &two["client_id"]),
        (&json!(STOCK), &json!("audit read"), &json!("orders"))
    );
    assert_eq!(
        (&three["aud"], &three["scope"], &three["client_id"]),
        (&json!(LEDGER), &json!("read"), &json!("stock"))
    );
    assert_eq!((&two["sub"], &three["sub"]), (&json!("alice"), &json!("alice")));
    assert_eq!(two["act"], json!({ "sub": "orders" }));
    assert_eq!(three["act"], json!({ "sub": "stock", "act": { "sub": "orders" } }));
    assert_eq!((&two["exp"], &three["exp"]), (&one["exp"], &one["exp"]), "no longer than the first");
    assert_eq!((&two["sid"], &three["sid"]), (&one["sid"], &one["sid"]));
    let last = staff.asked().pop().unwrap();
    assert_eq!((last.subject.as_str(), last.client.as_str(), last.occasion), ("alice", "stock", Occasion::Exchange));
}

#[tokio::test]
async fn an_exchange_never_widens() {
    let staff = Staff::of(&[("alice", "read write audit")]);
    let (issuer, ..) = chain(&staff).await;
    let narrow = token(&issuer, "read").await;
    let wide = issuer.exchange(narrow.as_str(), orders()).scopes(set("read write")).await.unwrap();
    assert_eq!(wide.scopes().to_string(), "read", "what the first does not hold is left out");
    let all = issuer.exchange(narrow.as_str(), orders()).await.unwrap();
    assert_eq!(all.scopes().to_string(), "read");
    let longer = issuer.exchange(narrow.as_str(), orders()).lifetime(60 * MINUTE).await.unwrap();
    assert_eq!(longer.expires_at(), narrow.expires_at());
    for (name, refused, expected) in [
        (
            "scopes that the first does not hold",
            issuer.exchange(narrow.as_str(), orders()).scopes(set("write")).await,
            RefusedKind::NothingGranted,
        ),
        (
            "a resource that it may not call",
            issuer.exchange(narrow.as_str(), orders()).resource(LEDGER).await,
            RefusedKind::UnknownTarget,
        ),
        (
            "a resource that nobody knows",
            issuer.exchange(narrow.as_str(), orders()).resource("https://else.test").await,
            RefusedKind::UnknownTarget,
        ),
        (
            "none named, and two to choose from",
            issuer.exchange(narrow.as_str(), orders().calls(LEDGER)).await,
            RefusedKind::UnknownTarget,
        ),
        (
            "a token that was for somebody else",
            issuer.exchange(narrow.as_str(), stock()).await,
            RefusedKind::SubjectTokenRefused,
        ),
    ] {
        assert_eq!(kind(refused), expected, "{name}");
    }
    staff.may("alice", "audit");
    let demoted = issuer.exchange(narrow.as_str(), orders()).await;
    assert_eq!(kind(demoted), RefusedKind::NothingGranted, "she may no more");
    staff.disable("alice");
    assert_eq!(kind(issuer.exchange(narrow.as_str(), orders()).await), RefusedKind::SubjectDisabled);
}

#[tokio::test]
async fn a_subject_token_that_does_not_stand_is_not_exchanged() {
    let staff = Staff::of(&[("alice", "read")]);
    let (issuer, clock, revoked) = chain(&staff).await;
    let refused = async |name: &str, subject_token: &str| {
        let answer = issuer.exchange(subject_token, orders()).await;
        assert_eq!(kind(answer), RefusedKind::SubjectTokenRefused, "{name}");
    };
    let good = token(&issuer, "read").await;
    issuer.exchange(good.as_str(), orders()).await.unwrap();
    refused("nothing", "").await;
    refused("no token", "a.b.c").await;
    refused("a refresh token", "prt_AAAA").await;
    refused("changed", &good.as_str().replacen('.', ".e", 1)).await;
    let foreign = TestIssuer::new().named(ISSUER, ORDERS);
    refused("signed by somebody else", &foreign.token("read")).await;

    let tokens = issuer.grant("alice", "web", set("read")).resource(ORDERS).await.unwrap();
    issuer.revoke(tokens.refresh.as_str(), "web").await.unwrap();
    refused("its login has ended", tokens.access.as_str()).await;
    let single = token(&issuer, "read").await;
    revoked.revoke(Revocation::of_token(ISSUER, single.id(), single.expires_at()));
    refused("revoked", single.as_str()).await;
    clock.advance(5 * MINUTE);
    refused("over", good.as_str()).await;
}

#[tokio::test]
async fn a_login_that_ended_ends_what_came_of_it_without_any_list_of_revocations() {
    let staff = Staff::of(&[("alice", "read")]);
    let clock = ManualClock::now_of_system();
    let issuer = builder(&staff, &MemoryStore::new(), &clock).resource(STOCK).build().await.unwrap();
    let tokens = issuer.grant("alice", "web", set("read")).resource(ORDERS).await.unwrap();
    issuer.refresh(&tokens.refresh, "web").await.unwrap();
    clock.advance(MINUTE);
    issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
    let answer = issuer.exchange(tokens.access.as_str(), orders()).await;
    assert_eq!(kind(answer), RefusedKind::SubjectTokenRefused);
}

#[tokio::test]
async fn the_chain_of_actors_has_an_end() {
    let staff = Staff::of(&[("alice", "read")]);
    let (issuer, ..) = chain(&staff).await;
    let ring = Actor::new("ring").serves(ORDERS).calls(ORDERS);
    let mut held = token(&issuer, "read").await;
    for _ in 0..4 {
        held = issuer.exchange(held.as_str(), ring.clone()).await.unwrap();
    }
    assert_eq!(kind(issuer.exchange(held.as_str(), ring).await), RefusedKind::ActorChainTooLong);
}

#[tokio::test]
async fn the_code_of_a_refusal_is_that_of_the_request() {
    let model = AccessModel::builder().role("clerk", ["read"]).role("auditor", ["read"]);
    let conflicting = EntitlementsFn::new(async |asked: Question| {
        let roles = if asked.occasion == Occasion::Grant { &["clerk"][..] } else { &["clerk", "auditor"] };
        Ok(Entitled::default().roles(roles.iter().copied()).into())
    });
    let issuer = Issuer::builder(ISSUER)
        .resource(ORDERS)
        .keys(SigningKey::generate(Algorithm::ES256).unwrap())
        .entitlements(conflicting)
        .store(MemoryStore::new())
        .access_model(model.exclusive(["clerk", "auditor"]).build().unwrap())
        .build()
        .await
        .unwrap();
    let tokens = issuer.grant("alice", "web", set("read")).await.unwrap();
    let ring = Actor::new("ring").serves(ORDERS).calls(ORDERS);
    let none = issuer.exchange("a.b.c", ring.clone()).await.unwrap_err();
    let exchanged = issuer.exchange(tokens.access.as_str(), ring).await.unwrap_err();
    let refreshed = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
    for (name, refused, expected) in [
        ("no token", none, (RefusedKind::SubjectTokenRefused, ErrorCode::InvalidRequest)),
        ("an exchange", exchanged, (RefusedKind::ConflictingRoles, ErrorCode::InvalidRequest)),
        ("a refresh", refreshed, (RefusedKind::ConflictingRoles, ErrorCode::InvalidGrant)),
    ] {
        assert_eq!((refused.kind(), refused.code()), expected, "{name}");
    }
}
