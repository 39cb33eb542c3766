//! The store under an issuer.

use std::sync::Arc;
use std::time::Duration;

use base64_simd::URL_SAFE_NO_PAD;
use futures::future::join_all;
use portcullis_core::{AccessModel, ScopeSet};
use portcullis_issuer::{Issuer, KeptKeys, RefusedKind, RoleTable, Store, Tokens};
use tokio::sync::Barrier;

use super::Place;

/// An instance over a store, with keys that the store keeps.
async fn issuer(store: Arc<dyn Store>, grace: Duration) -> Issuer {
    let model = AccessModel::builder().role("clerk", ["orders:read", "orders:write"]).build().unwrap();
    let staff = RoleTable::of(model.clone());
    staff.assign("alice-of-the-dump", ["clerk"]).unwrap();
    let builder = Issuer::builder("https://id.example.com")
        .resource("https://orders.example.com")
        .keys(KeptKeys::default())
        .entitlements(staff)
        .store(store);
    builder.access_model(model).refresh_grace(grace).build().await.unwrap()
}

async fn login(issuer: &Issuer) -> Tokens {
    issuer.grant("alice-of-the-dump", "web", ScopeSet::parse("orders:read").unwrap()).await.unwrap()
}

pub(super) async fn one_key_for_instances_that_start_at_once(place: &dyn Place) {
    let instances = (0..8).map(|_| async { issuer(place.open().await, Duration::ZERO).await });
    let instances = join_all(instances).await;
    let first = instances[0].jwks().await.unwrap();
    assert_eq!(first["keys"].as_array().unwrap().len(), 1);
    for instance in &instances {
        assert_eq!(instance.jwks().await.unwrap(), first);
    }
}

/// What 64 uses of one refresh token at once come to, through two instances.
async fn all_at_once(place: &dyn Place, grace: Duration) -> (Issuer, Vec<Result<Tokens, RefusedKind>>) {
    let instances = [issuer(place.open().await, grace).await, issuer(place.open().await, grace).await];
    let tokens = login(&instances[0]).await;
    let start = Arc::new(Barrier::new(64));
    let tasks = (0..64).map(|index| {
        let (start, issuer, token) = (Arc::clone(&start), instances[index % 2].clone(), tokens.refresh.clone());
        tokio::spawn(async move {
            start.wait().await;
            issuer.refresh(&token, "web").await.map_err(|refused| refused.kind())
        })
    });
    let answers = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    let [issuer, _] = instances;
    (issuer, answers)
}

pub(super) async fn one_successor(place: &dyn Place) {
    let (issuer, answers) = all_at_once(place, Duration::from_secs(60)).await;
    let mut successors: Vec<&str> = Vec::new();
    for answer in &answers {
        match answer {
            Ok(tokens) => successors.push(tokens.refresh.as_str()),
            Err(refused) => panic!("within the grace all have lost their answer: {refused:?}"),
        }
    }
    successors.dedup();
    assert_eq!(successors.len(), 1, "one successor for all");
    let next = answers[0].as_ref().unwrap();
    issuer.refresh(&next.refresh, "web").await.expect("and it is good");
}

pub(super) async fn one_success_without_grace(place: &dyn Place) {
    let (issuer, answers) = all_at_once(place, Duration::ZERO).await;
    let (good, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(good.len(), 1, "one alone");
    for refused in refused {
        assert_eq!(refused.unwrap_err(), RefusedKind::RefreshTokenReused);
    }
    let next = good.into_iter().next().unwrap().unwrap();
    let refused = issuer.refresh(&next.refresh, "web").await.unwrap_err();
    assert_eq!(refused.kind(), RefusedKind::FamilyEnded, "somebody has a copy: nobody goes on");
}

pub(super) async fn keeps_no_refresh_token(place: &dyn Place) {
    let issuer = issuer(place.open().await, Duration::from_secs(60)).await;
    let mut tokens = vec![login(&issuer).await, login(&issuer).await];
    let next = issuer.refresh(&tokens[0].refresh, "web").await.unwrap();
    tokens.push(issuer.refresh(&next.refresh, "web").await.unwrap());
    tokens.push(next);
    issuer.revoke(tokens[1].refresh.as_str(), "web").await.unwrap();
    let Some(dump) = place.dump().await else { return };
    let holds = |part: &[u8]| dump.windows(part.len()).any(|window| window == part);
    assert!(holds(b"alice-of-the-dump"), "it is the dump of this store");
    for Tokens { access, refresh } in &tokens {
        let text = refresh.as_str().strip_prefix("prt_").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode_to_vec(text).unwrap();
        let (name, secret) = bytes.split_at(16);
        assert!(!holds(refresh.as_str().as_bytes()) && !holds(text.as_bytes()), "as it is handed out");
        assert!(!holds(access.as_str().as_bytes()), "nor access tokens");
        for (what, part) in [("the name", name), ("the secret", secret)] {
            let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!holds(part) && !holds(hex.as_bytes()), "{what}");
            assert!(!holds(hex.to_uppercase().as_bytes()), "{what}");
            assert!(!holds(URL_SAFE_NO_PAD.encode_to_string(part).as_bytes()), "{what}");
        }
    }
}
