//! How a source starts and ends.

use std::time::Duration;

use portcullis_jwks::RemoteKeys;
use portcullis_tests::idp::{Idp, issuer_with_key};

use super::{NO_KEYS, PATIENCE, ask, authority_of, until};

#[test]
fn without_a_runtime_it_says_so() {
    let error = RemoteKeys::at("https://id.test/jwks").start().unwrap_err();
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_misconfiguration_is_refused_at_the_start() {
    let refused = |error: Result<RemoteKeys, portcullis_jwks::StartError>| error.unwrap_err().to_string();
    for (url, says) in [
        ("http://id.test/jwks", "expected `https`"),
        ("http://169.254.169.254/jwks", "expected `https`"),
        ("https:/id.test", "expected an absolute URL"),
        ("id.test", "expected an absolute URL"),
        ("", "expected an absolute URL"),
        ("https://me:word@id.test/jwks", "a URL with a user or password"),
        ("me:word@id.test/jwks", "expected an absolute URL"),
        ("https://me:wo rd@id.test/word@", "expected an absolute URL"),
    ] {
        for error in [refused(RemoteKeys::at(url).start()), refused(RemoteKeys::discover(url).start())] {
            assert!(error.contains(says), "{url}: {error}");
            assert!(!error.contains("word@") && !error.contains("rd@"), "{url}: {error}");
        }
    }
    let with_a_query = refused(RemoteKeys::at("http://id.test/jwks?key=secret").start());
    assert!(with_a_query.contains("expected `https`") && !with_a_query.contains("secret"), "{with_a_query}");
    assert!(refused(RemoteKeys::discover("https://id.test/?a").start()).contains("absolute URL"));
    let at = || RemoteKeys::at("https://id.test/jwks");
    assert!(refused(at().refresh_every(Duration::from_secs(59)).start()).contains("one minute to a day"));
    assert!(refused(at().rsa_without_alg(portcullis::Algorithm::ES256).start()).contains("RS* or PS*"));
    assert!(refused(at().stale_for(Duration::MAX).start()).contains("30 days"));
    assert!(refused(RemoteKeys::watch("jwks.json").stale_for(Duration::MAX).start()).contains("30 days"));
    assert!(refused(at().timeout(Duration::ZERO).start()).contains("30 seconds"));
    assert!(refused(at().timeout(Duration::from_secs(31)).start()).contains("30 seconds"));
    assert!(RemoteKeys::at("http://id.test/jwks").dangerous().allow_http().start().is_ok());
}

#[tokio::test]
async fn shutdown_ends_the_task_and_the_keys_at_hand_go_on_to_serve() {
    let issuer = issuer_with_key("https://id.test", "key");
    let idp = Idp::publishing(issuer.jwks());
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    keys.shutdown().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    assert_eq!(ask(&authority, &issuer.token("")).await, Ok(()));
    let stranger = issuer_with_key("https://id.test", "stranger").token("");
    assert_eq!(ask(&authority, &stranger).await, NO_KEYS, "it cannot be told any longer");
    assert_eq!((keys.health().last_error, keys.health().next_attempt), (Some("stopped"), None));
    keys.shutdown().await;
    assert_eq!(idp.fetches(), 1);
}

#[tokio::test]
async fn the_last_handle_takes_the_task_with_it() {
    let issuer = issuer_with_key("https://id.test", "key");
    let idp = Idp::publishing(issuer.jwks());
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let keys = RemoteKeys::at(idp.jwks_uri()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&issuer, &keys);
    drop(keys);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(tasks(), 1, "the authority is a handle too");
    drop(authority);
    until("the end of the task", || tasks() == 0).await;
}

#[tokio::test]
async fn one_that_is_ended_before_it_began_says_so() {
    let keys = RemoteKeys::at("https://id.test/jwks").start().unwrap();
    keys.shutdown().await;
    let began = std::time::Instant::now();
    assert_eq!(keys.ready(Duration::from_secs(10)).await.unwrap_err().reason(), Some("stopped"));
    assert!(began.elapsed() < Duration::from_secs(1));
}

/// Whoever waits need not be on a runtime with a timer.
#[test]
fn ready_can_be_waited_for_anywhere() {
    let issuer = issuer_with_key("https://id.test", "key");
    let idp = Idp::publishing(issuer.jwks());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let keys = RemoteKeys::at(idp.jwks_uri()).start_on(runtime.handle()).unwrap();
    futures::executor::block_on(keys.ready(PATIENCE)).unwrap();
    assert!(keys.health().state.is_ready());
}

/// Whoever waits for keys is told when there will be none.
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_source_that_has_ended() {
    let stuck = tower::service_fn(|_| {
        std::future::pending::<Result<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible>>()
    });
    let keys = RemoteKeys::at("https://id.test/jwks").client(stuck).start().unwrap();
    let waiting = tokio::spawn({
        let keys = keys.clone();
        async move { keys.ready(Duration::from_secs(3600)).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    keys.shutdown().await;
    let began = tokio::time::Instant::now();
    assert_eq!(waiting.await.unwrap().unwrap_err().reason(), Some("stopped"));
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_panics_ends_the_task_and_not_the_service() {
    #[derive(Clone)]
    struct Panics;
    impl tower::Service<http::Request<http_body_util::Full<bytes::Bytes>>> for Panics {
        type Response = http::Response<http_body_util::Full<bytes::Bytes>>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }
        fn call(&mut self, _: http::Request<http_body_util::Full<bytes::Bytes>>) -> Self::Future {
            panic!("a bug of the client")
        }
    }
    let keys = RemoteKeys::at("https://id.test/jwks").client(Panics).start().unwrap();
    assert_eq!(keys.ready(Duration::from_secs(60)).await.unwrap_err().reason(), Some("stopped"));
    let issuer = issuer_with_key("https://id.test", "key");
    assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, NO_KEYS);
}
