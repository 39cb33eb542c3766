//! Minting.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{Algorithm, MemoryRevocations, Rules, Verifier};
use portcullis_core::{AccessModel, SigningKey};
use portcullis_issuer::{
    Action, Authentication, CustomClaims, Entitled, EntitlementsFn, Issuer, MemoryStore, Occasion, RefusedKind,
    ResourceServer, RoleTable,
};
use portcullis_testing::ManualClock;
use serde_json::json;

use super::{ISSUER, LEDGER, MINUTE, ORDERS, STOCK, Staff, builder, issuer, kind, payload, set};

#[tokio::test]
async fn a_token_is_of_rfc_9068_whatever_signs_it() {
    #[derive(serde::Serialize)]
    struct Tenant {
        tenant: &'static str,
    }
    for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS256] {
        let clock = ManualClock::at(1_800_000_000);
        let key = portcullis_testing::TestIssuer::signing_with(algorithm).key().to_pem().unwrap();
        let entitled = || Entitled::to(set("read write")).claims(CustomClaims::of(&Tenant { tenant: "acme" }).unwrap());
        let issuer = Issuer::builder(ISSUER)
            .resource(ORDERS)
            .keys(SigningKey::from_pem(algorithm, key).unwrap())
            .entitlements(EntitlementsFn::new(move |_| std::future::ready(Ok(entitled().into()))))
            .store(MemoryStore::new())
            .clock(clock.clone())
            .build()
            .await
            .unwrap();
        let token = issuer.mint("alice", "web").scopes(set("read")).await.unwrap();
        let rules = Rules::new().rfc9068_profile().clock(clock).max_lifetime(Duration::from_secs(300));
        let verifier = Verifier::new(ISSUER, [ORDERS], issuer.key_source(), rules).unwrap();
        verifier.verify(token.as_str()).map_err(|refused| refused.into_denied()).unwrap();
        let mut claims = payload(&token);
        assert_eq!(claims["jti"].take().as_str(), Some(token.id()), "{algorithm}");
        let expected = json!({
            "iss": ISSUER, "sub": "alice", "aud": ORDERS, "client_id": "web", "scope": "read", "tenant": "acme",
            "iat": 1_800_000_000, "exp": 1_800_000_300, "jti": null,
        });
        assert_eq!(claims, expected, "{algorithm}");
        assert_eq!(token.expires_in(), 300);
        assert!(!format!("{token:?} {issuer:?}").contains(token.as_str()));
    }
}

#[tokio::test]
async fn granted_is_what_was_asked_for_and_is_entitled_and_never_nothing() {
    let staff = Staff::of(&[("alice", "read"), ("root", "admin"), ("nobody", "")]);
    let (issuer, _) = issuer(&staff).await;
    for (name, subject, requested, expected) in [
        ("all of it", "alice", Some("read"), Ok("read")),
        ("what she lacks is left out", "alice", Some("read write"), Ok("read")),
        ("nothing named is all there is", "alice", None, Ok("read")),
        ("nothing that she has", "alice", Some("write"), Err(RefusedKind::NothingGranted)),
        ("nothing, by name", "alice", Some(""), Err(RefusedKind::NothingGranted)),
        ("less by what is implied", "root", Some("read"), Ok("read")),
        ("who may do nothing", "nobody", None, Err(RefusedKind::NothingGranted)),
        ("who is not known", "mallory", Some("read"), Err(RefusedKind::SubjectDisabled)),
        ("who can't be asked about", "unknowable", Some("read"), Err(RefusedKind::EntitlementsUnavailable)),
    ] {
        let asking = issuer.mint(subject, "web");
        let asking = match requested {
            Some(scopes) => asking.scopes(set(scopes)),
            None => asking,
        };
        let minted = asking.await;
        let minted = minted.as_ref().map(|token| payload(token)["scope"].clone()).map_err(|refused| refused.kind());
        assert_eq!(minted, expected.map(Into::into), "{name}");
    }
}

#[tokio::test]
async fn no_token_lives_longer_than_the_cap_or_less_than_a_second() {
    let staff = Staff::of(&[("alice", "read")]);
    let clock = ManualClock::at(1_800_000_000);
    let issuer = builder(&staff, &MemoryStore::new(), &clock).lifetime_cap(10 * MINUTE).build().await.unwrap();
    for (asked, lives) in [(MINUTE, 60), (10 * MINUTE, 600), (60 * MINUTE, 600), (Duration::MAX, 600)] {
        assert_eq!(issuer.mint("alice", "web").lifetime(asked).await.unwrap().expires_in(), lives, "{asked:?}");
    }
    let nothing = issuer.mint("alice", "web").lifetime(Duration::from_millis(999)).await;
    assert_eq!(kind(nothing), RefusedKind::GrantExpired);
}

#[tokio::test]
async fn a_token_is_for_one_known_resource_and_holds_its_scopes_alone() {
    let staff = Staff::of(&[("alice", "read write stock")]);
    let clock = ManualClock::at(1_800_000_000);
    let issuer = builder(&staff, &MemoryStore::new(), &clock)
        .resource(ResourceServer::named(STOCK).scopes(set("stock")))
        .build()
        .await
        .unwrap();
    let minted = |resource: Option<&str>, scopes: &str| {
        let asking = issuer.mint("alice", "web").scopes(set(scopes));
        match resource {
            Some(resource) => asking.resource(resource),
            None => asking,
        }
    };
    let token = minted(Some(STOCK), "read stock").await.unwrap();
    assert_eq!((payload(&token)["aud"].clone(), token.scopes().to_string()), (STOCK.into(), "stock".into()));
    assert_eq!(kind(minted(Some(STOCK), "read").await), RefusedKind::NothingGranted);
    assert_eq!(kind(minted(Some(LEDGER), "read").await), RefusedKind::UnknownTarget);
    assert_eq!(kind(minted(None, "read").await), RefusedKind::UnknownTarget, "there are two");
    let asked = staff.asked();
    assert_eq!((asked[0].resource.as_str(), asked[0].occasion), (STOCK, Occasion::Mint));
}

#[tokio::test]
async fn roles_that_exclude_each_other_are_not_minted_together() {
    let model = AccessModel::builder()
        .role("clerk", ["orders:write"])
        .role("auditor", ["orders:read"])
        .exclusive(["clerk", "auditor"])
        .build()
        .unwrap();
    let of = async |roles: &'static [&'static str]| {
        let both = move |_| std::future::ready(Ok(Entitled::default().roles(roles.iter().copied()).into()));
        let issuer = Issuer::builder(ISSUER)
            .resource(ORDERS)
            .keys(SigningKey::generate(Algorithm::ES256).unwrap())
            .entitlements(EntitlementsFn::new(both))
            .store(MemoryStore::new())
            .access_model(model.clone())
            .build()
            .await
            .unwrap();
        issuer.mint("alice", "web").await.map(|token| token.scopes().to_string()).map_err(|refused| refused.kind())
    };
    assert_eq!(of(&["clerk"]).await.as_deref(), Ok("orders:write"));
    assert_eq!(of(&["clerk", "auditor"]).await, Err(RefusedKind::ConflictingRoles));
    assert_eq!(of(&["janitor"]).await, Err(RefusedKind::NothingGranted), "a role that the model does not know");
    let table = RoleTable::of(model.clone());
    table.assign("alice", ["clerk"]).unwrap();
    assert!(table.assign("alice", ["clerk", "auditor"]).is_err() && table.assign("bob", ["janitor"]).is_err());
    assert_eq!((table.roles_of("alice"), table.roles_of("bob")), (Some(vec!["clerk".to_owned()]), None));
}

#[tokio::test]
async fn the_audit_says_what_was_asked_for_and_what_was_granted_and_never_a_token() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let staff = Staff::of(&[("alice", "read")]);
    let clock = ManualClock::at(1_800_000_000);
    let issuer = builder(&staff, &MemoryStore::new(), &clock)
        .audit(move |event| log.lock().unwrap().push(format!("{event:?}")))
        .build()
        .await
        .unwrap();
    let tokens = issuer.grant("alice", "web", set("read write")).await.unwrap();
    issuer.refresh(&tokens.refresh, "web").scopes(set("read")).await.unwrap();
    clock.advance(MINUTE);
    issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
    issuer.mint("mallory", "web").scopes(set("read")).await.unwrap_err();
    issuer.revoke(tokens.access.as_str(), "web").await.unwrap_err();
    let seen = seen.lock().unwrap().join("\n");
    for said in [
        r#"action: Grant, refused: None, subject: Some("alice"), client: Some("web")"#,
        r#"requested: Some({"read", "write"}), granted: Some({"read"})"#,
        "action: Refresh, refused: None",
        "action: End(Reuse)",
        "action: Refresh, refused: Some(RefreshTokenReused)",
        r#"action: Mint, refused: Some(SubjectDisabled), subject: Some("mallory")"#,
        "action: RevokeToken, refused: Some(UnsupportedTokenType)",
    ] {
        assert!(seen.contains(said), "{said}\n{seen}");
    }
    assert!(!seen.contains(tokens.access.as_str()) && !seen.contains(tokens.refresh.as_str()));
    assert_eq!(Action::Mint.as_str(), "mint");
}

#[tokio::test]
async fn an_issuer_that_makes_no_sense_is_not_built() {
    type Change = fn(portcullis_issuer::IssuerBuilder) -> portcullis_issuer::IssuerBuilder;
    let (staff, clock) = (Staff::default(), ManualClock::at(1_800_000_000));
    for (name, change, why) in [
        ("as it is", (|builder| builder) as Change, None),
        ("no life", |builder| builder.lifetime(Duration::ZERO), Some("between a second")),
        ("longer than the cap", |builder| builder.lifetime(120 * MINUTE), Some("between a second")),
        ("for days", |builder| builder.lifetime_cap(2000 * MINUTE), Some("no short-lived one")),
        ("one resource twice", |builder| builder.resource(ORDERS), Some("two resources have one name")),
        ("a resource without a name", |builder| builder.resource(""), Some("has no name")),
        ("a long grace", |builder| builder.refresh_grace(2 * MINUTE), Some("long enough for a thief")),
        ("idle for longer than all", |builder| builder.refresh_absolute(MINUTE), Some("`refresh_idle` up to")),
        ("no actors", |builder| builder.max_actors(0), Some("forbids every exchange")),
        (
            "tells a list that it does not ask",
            |builder| builder.revoke_with(|_| std::future::ready(Ok(()))),
            Some("by `revocations` too"),
        ),
        ("asks a list that it does not tell", |builder| builder.revocations(MemoryRevocations::new()), None),
        ("both", |builder| builder.memory_revocations(&MemoryRevocations::new()), None),
    ] {
        let built = change(builder(&staff, &MemoryStore::new(), &clock)).build().await;
        let said = built.err().map(|error| error.to_string());
        assert_eq!(said.is_some(), why.is_some(), "{name}: {said:?}");
        assert!(said.as_deref().unwrap_or_default().contains(why.unwrap_or_default()), "{name}: {said:?}");
    }
    for (name, built) in [
        ("https://id.test", true),
        ("https://id.test/tenant", true),
        ("http://127.0.0.1:9000", true),
        ("http://[::1]:9000", true),
        ("http://id.test", false),
        ("https://id.test?x=1", false),
        ("https://id.test#x", false),
        ("https://user@id.test", false),
        ("id.test", false),
        ("", false),
    ] {
        let key = SigningKey::generate(Algorithm::ES256).unwrap();
        let issuer = Issuer::builder(name).resource(ORDERS).keys(key).entitlements(staff.entitlements());
        assert_eq!(issuer.store(MemoryStore::new()).build().await.is_ok(), built, "{name}");
    }
}

#[tokio::test]
async fn how_the_subject_logged_in_is_told_by_a_token_of_its_own_too() {
    let (issuer, clock) = issuer(&Staff::of(&[("alice", "read")])).await;
    let login = Authentication::at(portcullis_core::Clock::now(&clock).unwrap()).acr("mfa").amr(["pwd", "otp"]);
    let claims = payload(&issuer.mint("alice", "web").authentication(login).await.unwrap());
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("mfa"), &json!(["pwd", "otp"])));
    assert_eq!(claims["auth_time"], 1_800_000_000);
}

#[test]
fn a_claim_that_would_pass_for_a_right_is_refused() {
    for name in ["iss", "sub", "aud", "exp", "scope", "scp", "act", "cnf", "roles", "groups", "client_id", "sid"] {
        assert!(CustomClaims::of(&json!({ name: "x" })).is_err(), "{name}");
    }
    assert!(CustomClaims::of(&json!({ "tenant": "acme", "level": 3 })).is_ok());
    assert!(CustomClaims::of(&json!(["tenant"])).is_err() && CustomClaims::of("tenant").is_err());
    let shown = format!("{:?}", CustomClaims::of(&json!({ "tenant": "acme" })).unwrap());
    assert!(!shown.contains("acme"), "{shown}");
}
