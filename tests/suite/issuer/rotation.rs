//! A rotation of signing keys under load: two instances of an issuer, and a resource server in front that learns its keys over a socket.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use portcullis::Authority;
use portcullis_issuer::{ClientTable, Issuer, KeptKeys, MemoryStore};
use portcullis_jwks::RemoteKeys;
use portcullis_tests::hosts::Host;
use tokio::net::TcpListener;

use super::{ORDERS, Staff, set};

/// For how long a key is published before it signs: short, for a test.
const AHEAD: Duration = Duration::from_secs(2);

async fn instance(name: &str, store: &MemoryStore) -> Issuer {
    Issuer::builder(name)
        .resource(ORDERS)
        .keys(KeptKeys::default().publish_ahead(AHEAD))
        .entitlements(Staff::of(&[("alice", "read")]).entitlements())
        .store(store.clone())
        .build()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_valid_token_is_refused_while_keys_change() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (name, store) = (format!("http://{}", listener.local_addr().unwrap()), MemoryStore::new());
    let (one, two) = (instance(&name, &store).await, instance(&name, &store).await);
    let endpoints = Router::new().fallback_service(one.endpoints(ClientTable::of([])));
    tokio::spawn(async { axum::serve(listener, endpoints).await });

    let keys = RemoteKeys::at(format!("{name}/jwks.json")).start().unwrap();
    keys.ready(Duration::from_secs(20)).await.unwrap();
    let authority = Authority::builder().issuer(&name).audience(ORDERS).keys(keys);
    let authority = authority.rules(|rules| rules.rfc9068_profile()).build().unwrap();
    let host = Host::axum(Router::new().route("/orders", get(async || "orders")).layer(authority.authenticate())).await;

    let (stop, kids) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(BTreeSet::new())));
    let load = [one.clone(), two].map(|issuer| {
        let (stop, kids) = (Arc::clone(&stop), Arc::clone(&kids));
        let connecting = host.connect();
        async move {
            let mut client = connecting.await;
            let mut asked = 0_u32;
            while !stop.load(Ordering::SeqCst) {
                let token = issuer.mint("alice", "web").scopes(set("read")).await.unwrap();
                kids.lock().unwrap().insert(token.as_str().split('.').next().unwrap().to_owned());
                let reply = client.ask("/orders", &[format!("Bearer {}", token.as_str()).into_bytes()]).await.unwrap();
                assert_eq!(reply.status, 200, "after {asked}: {reply:?}");
                asked += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            asked
        }
    });
    let rotation = async {
        // Longer than the cooldown of whoever is asked for a key that it does not know.
        tokio::time::sleep(Duration::from_millis(10_500)).await;
        assert!(one.rotate_keys().await.unwrap().is_some());
        tokio::time::sleep(AHEAD + Duration::from_secs(2)).await;
        stop.store(true, Ordering::SeqCst);
    };
    let [first, second] = load;
    let (first, second, ()) = tokio::join!(first, second, rotation);
    assert_eq!(kids.lock().unwrap().len(), 2, "both keys have signed");
    assert!(first > 100 && second > 100, "under load: {first}, {second}");
}
