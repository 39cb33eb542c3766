//! What a bad answer does: nothing.

use std::time::{Duration, Instant};

use http::Response;
use portcullis::KeyState;
use portcullis_jwks::RemoteKeys;
use portcullis_tests::idp::{Idp, Play, bytes, issuer_with_key, json, jwks_of};

use super::{NO_KEYS, PATIENCE, ask, authority_of, until};

fn answer(status: u16, content_type: &str, body: &str) -> Play {
    let response = Response::builder().status(status).header("content-type", content_type);
    Play::Answer(response.body(body.to_owned()).unwrap())
}

/// Bad answers, and what each is called.
fn bad_answers(good: &str) -> Vec<(&'static str, Play, &'static str)> {
    let whole = bytes(&json(good));
    let redirect = Response::builder().status(302).header("location", "http://127.0.0.1:1/jwks");
    let big = format!("{{\"x\":\"{}\",{}", "x".repeat(10 << 20), &good[1..]);
    let endless = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".as_slice(), big.as_bytes()].concat();
    let many = vec![r#"{"kty":"AKP"}"#; 101].join(",");
    vec![
        ("500", answer(500, "application/json", good), "status"),
        ("503", answer(503, "text/plain", "busy"), "status"),
        ("404", answer(404, "application/json", good), "status"),
        ("204", answer(204, "application/json", ""), "status"),
        ("206, a part", answer(206, "application/json", good), "status"),
        ("304 to nothing", answer(304, "application/json", ""), "status"),
        ("a redirect to another port", Play::Answer(redirect.body(String::new()).unwrap()), "redirected"),
        ("an HTML error page with 200", answer(200, "text/html", "<h1>Sorry</h1>"), "content_type"),
        ("keys that call themselves text", answer(200, "text/plain", good), "content_type"),
        ("10 MB, as announced", Play::Answer(json(big.clone())), "too_large"),
        ("10 MB, without saying so", Play::Raw(endless), "too_large"),
        ("cut off in the middle", Play::Raw(whole[..whole.len() - 40].to_vec()), "interrupted"),
        ("a closed connection", Play::Raw(Vec::new()), "unreachable"),
        ("no HTTP", Play::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), "unreachable"),
        ("nothing at all", Play::Hang, "timeout"),
        ("a byte now and then", Play::Drip(whole, 50), "timeout"),
        ("too late", Play::Slow(2000, json(good)), "timeout"),
        ("no JSON", Play::Answer(json("garbage")), "malformed"),
        ("no UTF-8", Play::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xFF\xFE".to_vec()), "malformed"),
        ("another document", Play::Answer(json(r#"{"error":"not_found"}"#)), "malformed"),
        ("an empty document", Play::Answer(json("")), "malformed"),
        ("an empty set", Play::Answer(json(r#"{"keys":[]}"#)), "no_usable_key"),
        ("a set of unknown keys", Play::Answer(json(r#"{"keys":[{"kty":"AKP","kid":"pq"}]}"#)), "no_usable_key"),
        ("a set of secrets", Play::Answer(json(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#)), "no_usable_key"),
        ("a hundred and one keys", Play::Answer(json(format!(r#"{{"keys":[{many}]}}"#))), "too_many_keys"),
    ]
}

/// A token with an unknown key makes the service fetch; what comes back is bad, and nothing else changes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_bad_answer_replaces_a_good_set_and_a_new_kid_is_told_503() {
    let old = issuer_with_key("https://id.test", "old");
    let new = issuer_with_key("https://id.test", "new");
    let mut asks = Vec::new();
    for (name, play, reason) in bad_answers(&jwks_of(&[&new])) {
        let (old_token, new_token) = (old.token(""), new.token(""));
        let (idp, issuer) = (Idp::publishing(old.jwks()), old.issuer().to_owned());
        asks.push(async move {
            let keys = RemoteKeys::at(idp.jwks_uri()).timeout(Duration::from_millis(1500)).start().unwrap();
            keys.ready(PATIENCE).await.unwrap();
            let authority = portcullis::Authority::builder().issuer(issuer).audience("https://api.test");
            let authority = authority.keys(keys.clone()).build().unwrap();
            assert_eq!(ask(&authority, &old_token).await, Ok(()), "{name}");
            idp.keys(play);
            // The cooldown of the first fetch has to pass before an unknown name causes another.
            tokio::time::sleep(Duration::from_secs(10)).await;
            let began = Instant::now();
            assert_eq!(ask(&authority, &new_token).await, NO_KEYS, "{name}");
            assert!(began.elapsed() < Duration::from_secs(4), "{name}: it waited for longer than a fetch may take");
            assert_eq!(ask(&authority, &old_token).await, Ok(()), "{name}");
            let health = keys.health();
            assert_eq!((health.last_error, health.state), (Some(reason), KeyState::Fresh), "{name}");
        });
    }
    futures::future::join_all(asks).await;
}

/// The same at the start: nothing is let in by what is no set of keys, and the keys come as soon as they can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_starts_in_an_outage_answers_503_until_the_keys_are_there() {
    let issuer = issuer_with_key("https://id.test", "key");
    let asks = bad_answers(&issuer.jwks()).into_iter().map(|(name, play, reason)| {
        let idp = Idp::publishing("");
        idp.keys(play);
        let issuer = issuer_with_key("https://id.test", "key");
        async move {
            let keys = RemoteKeys::at(idp.jwks_uri()).timeout(Duration::from_millis(1500)).start().unwrap();
            let authority = authority_of(&issuer, &keys);
            assert_eq!(ask(&authority, &issuer.token("")).await, NO_KEYS, "{name}");
            let late = keys.ready(Duration::from_millis(1900)).await.unwrap_err();
            assert_eq!(late.reason(), Some(reason), "{name}");
            assert!(!authority.is_ready(), "{name}");
            idp.publish(issuer.jwks());
            keys.ready(PATIENCE).await.unwrap();
            assert_eq!(ask(&authority, &issuer.token("")).await, Ok(()), "{name}");
            assert!(authority.is_ready(), "{name}");
        }
    });
    futures::future::join_all(asks).await;
}

#[tokio::test]
async fn a_bad_key_does_not_spoil_the_set() {
    let issuer = issuer_with_key("https://id.test", "good");
    let rsa = portcullis_testing::TestIssuer::signing_with(portcullis::Algorithm::RS256);
    let rsa = rsa.key().to_public_jwk().unwrap();
    let with = |changes: serde_json::Value| {
        let mut key = issuer.key().to_public_jwk().unwrap();
        key.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        key
    };
    use serde_json::json;
    let keys = json!({ "keys": [
        { "kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AA" },
        with(json!({ "kid": "for-encryption", "use": "enc" })),
        with(json!({ "kid": "for-signing-only", "key_ops": ["sign"] })),
        with(json!({ "kid": "off-curve", "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })),
        { "kty": "RSA", "kid": "weak", "e": "AQAB", "n": rsa["n"].as_str().unwrap()[..168] },
        { "kty": "oct", "kid": "secret", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0" },
        with(json!({ "kid": "twin" })),
        with(json!({ "kid": "twin" })),
        17,
        issuer.key().to_public_jwk().unwrap(),
    ]});
    let idp = Idp::publishing(keys.to_string());
    let log = crate::logs::Log::capture();
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    assert_eq!(ask(&authority, &issuer.token("")).await, Ok(()));

    let warnings = log.lines("WARN");
    for (kid, reason) in [
        ("post-quantum", "not supported"),
        ("for-encryption", "not for verifying"),
        ("for-signing-only", "not for verifying"),
        ("off-curve", "not a point of its curve"),
        ("weak", "modulus of 2048"),
        ("secret", "symmetric"),
        ("twin", "same `kid`"),
    ] {
        let about = warnings.iter().filter(|line| line.contains(&format!("{kid:?}"))).collect::<Vec<_>>();
        assert_eq!(about.len(), if kid == "twin" { 2 } else { 1 }, "{kid}: {warnings:#?}");
        assert!(about.iter().all(|line| line.contains(reason)), "{kid}: {about:?}");
    }
    assert!(!log.text().contains("c2VjcmV0"), "a key is in the log");
}

/// What left out a key said so once: it says so again only for another key.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_left_out_is_told_of_once() {
    let issuer = issuer_with_key("https://id.test", "good");
    let mut document: serde_json::Value = serde_json::from_str(&issuer.jwks()).unwrap();
    document["keys"].as_array_mut().unwrap().push(serde_json::json!({ "kty": "AKP", "kid": "odd" }));
    let provider = super::outage::Provider::publishing(document.to_string());
    let log = crate::logs::Log::capture();
    let keys = RemoteKeys::at("https://id.test/jwks").client(provider.client()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(provider.fetches() >= 6, "{}", provider.fetches());
    assert_eq!(log.lines("WARN").len(), 1, "{}", log.text());
    document["keys"].as_array_mut().unwrap().push(serde_json::json!({ "kty": "AKP", "kid": "odder" }));
    provider.publish(document.to_string());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(log.lines("WARN").len(), 2, "{}", log.text());
}

#[tokio::test]
async fn a_storage_that_calls_every_file_text_can_be_lived_with() {
    let issuer = issuer_with_key("https://id.test", "key");
    let idp = Idp::publishing("");
    idp.keys(answer(200, "text/plain", &issuer.jwks()));
    let keys = RemoteKeys::at(idp.jwks_uri()).any_content_type().start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, Ok(()));
    for content_type in ["application/jwk-set+json; charset=utf-8", "Application/JSON;charset=utf-8", "text/json"] {
        idp.keys(answer(200, content_type, &issuer.jwks()));
        let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
        keys.ready(PATIENCE).await.unwrap();
    }
    idp.keys(Play::Raw(
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", issuer.jwks().len(), issuer.jwks()).into_bytes(),
    ));
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    until("keys without a content type", || keys.health().state.is_ready()).await;
}

/// Whatever a provider sends, nothing but a set of keys takes the place of one, and nothing ends the task.
#[test]
fn no_response_whatsoever_ends_the_task_or_a_good_set() {
    use bytes::Bytes;
    use http_body_util::Full;
    use proptest::prelude::*;
    use std::sync::{Arc, Mutex};

    let issuer = issuer_with_key("https://id.test", "key");
    let good = issuer.jwks();
    let pieces = prop_oneof![
        Just(good.clone().into_bytes()),
        proptest::collection::vec(any::<u8>(), 0..200),
        "\\{\"(keys|issuer|jwks_uri)\":(\\[.{0,20}\\]|\".{0,20}\"|[0-9]{0,30})\\}".prop_map(String::into_bytes),
        (0..good.len()).prop_map(move |end| good.as_bytes()[..end].to_vec()),
    ];
    let headers = proptest::collection::vec(
        prop_oneof![
            "[ -~]{0,30}".prop_map(|value| ("cache-control", value)),
            "(max-age|s-maxage|no-store)?=?-?[0-9]{0,40}".prop_map(|value| ("cache-control", value)),
            "[0-9a-z-]{0,30}".prop_map(|value| ("age", value)),
            "[ -~]{0,30}".prop_map(|value| ("etag", value)),
            "(application/json|text/html|[ -~]{0,20})".prop_map(|value| ("content-type", value)),
            "[0-9]{0,30}".prop_map(|value| ("content-length", value)),
        ],
        0..5,
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 300, ..ProptestConfig::default() });
    let verdict = runner.run(&(100_u16..999, headers, pieces), |(status, headers, body)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let bad = Arc::new(Mutex::new(None));
            let (turn, jwks) = (Arc::clone(&bad), issuer.jwks());
            let client = tower::service_fn(move |_: http::Request<Full<Bytes>>| {
                let response: Option<Response<Bytes>> = turn.lock().unwrap().take();
                let response = response.unwrap_or_else(|| Response::new(Bytes::from(jwks.clone())));
                async move { Ok::<_, std::convert::Infallible>(response.map(Full::new)) }
            });
            let keys = RemoteKeys::at("https://id.test/jwks").client(client).start().unwrap();
            keys.ready(PATIENCE).await.unwrap();
            let mut response = Response::builder().status(status);
            for (name, value) in &headers {
                response = response.header(*name, value);
            }
            *bad.lock().unwrap() = Some(response.body(Bytes::from(body)).unwrap());
            tokio::time::sleep(Duration::from_secs(600)).await;
            assert!(bad.lock().unwrap().is_none(), "it was fetched");
            assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, Ok(()));
            assert!(keys.health().next_attempt.is_some());
        });
        Ok(())
    });
    verdict.unwrap();
}
