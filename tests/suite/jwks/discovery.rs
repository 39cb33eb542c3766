//! Keys by the metadata of an issuer.

use std::time::Duration;

use http::Response;
use portcullis::{Rules, Verifier};
use portcullis_jwks::RemoteKeys;
use portcullis_tests::idp::{Idp, Play, issuer_with_key, json};
use serde_json::json;

use super::{PATIENCE, ask, authority_of};

fn not_found() -> Play {
    Play::Answer(Response::builder().status(404).body(String::new()).unwrap())
}

#[tokio::test]
async fn the_keys_are_where_the_metadata_says() {
    let idp = Idp::publishing("");
    let issuer = issuer_with_key(&idp.issuer(), "key");
    idp.publish(issuer.jwks());
    let keys = RemoteKeys::discover(idp.issuer()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, Ok(()));
    assert_eq!(idp.asked(), ["/.well-known/openid-configuration", "/jwks"]);
}

/// RFC 8414 inserts its name before the path of the issuer.
#[tokio::test]
async fn an_authorization_server_without_openid_is_found_too() {
    let idp = Idp::publishing("");
    idp.metadata(not_found());
    let issuer = issuer_with_key(&format!("{}/tenants/a", idp.issuer()), "key");
    idp.publish(issuer.jwks());
    let metadata = json!({ "issuer": issuer.issuer(), "jwks_uri": idp.jwks_uri() });
    idp.oauth_metadata(Play::Answer(json(metadata.to_string())));
    let keys = RemoteKeys::discover(issuer.issuer()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    assert_eq!(ask(&authority_of(&issuer, &keys), &issuer.token("")).await, Ok(()));
    let openid = "/tenants/a/.well-known/openid-configuration";
    assert_eq!(idp.asked(), [openid, "/.well-known/oauth-authorization-server/tenants/a", "/jwks"]);

    // The issuer above the path is another one.
    let other = RemoteKeys::discover(format!("{}/tenants/b", idp.issuer())).start().unwrap();
    assert_eq!(other.ready(Duration::from_millis(500)).await.unwrap_err().reason(), Some("issuer_mismatch"));
}

#[tokio::test]
async fn metadata_that_is_not_of_this_very_issuer_or_names_an_unsafe_place_is_refused() {
    let idp = Idp::publishing("");
    let issuer = issuer_with_key(&idp.issuer(), "key");
    idp.publish(issuer.jwks());
    let of = |issuer: String, jwks_uri: String| {
        Play::Answer(json(json!({ "issuer": issuer, "jwks_uri": jwks_uri }).to_string()))
    };
    let cases = [
        ("another issuer", of("https://evil.test".into(), idp.jwks_uri()), "issuer_mismatch"),
        ("a slash more", of(format!("{}/", idp.issuer()), idp.jwks_uri()), "issuer_mismatch"),
        ("other case", of(idp.issuer().to_uppercase(), idp.jwks_uri()), "issuer_mismatch"),
        (
            "the template of many tenants",
            of(format!("{}/{{tenantid}}", idp.issuer()), idp.jwks_uri()),
            "issuer_mismatch",
        ),
        ("http to elsewhere", of(idp.issuer(), "http://id.test/jwks".into()), "unsafe_place"),
        ("a cloud's metadata", of(idp.issuer(), "http://169.254.169.254/latest".into()), "unsafe_place"),
        ("a file", of(idp.issuer(), "file:///etc/passwd".into()), "unsafe_place"),
        ("a password", of(idp.issuer(), "https://me:word@id.test/jwks".into()), "unsafe_place"),
        ("no issuer", Play::Answer(json(json!({ "jwks_uri": idp.jwks_uri() }).to_string())), "malformed"),
        ("no keys", Play::Answer(json(json!({ "issuer": idp.issuer() }).to_string())), "malformed"),
        (
            "two issuers",
            Play::Answer(json(format!(
                r#"{{"issuer":"https://evil.test","issuer":"{}","jwks_uri":"{}"}}"#,
                idp.issuer(),
                idp.jwks_uri()
            ))),
            "malformed",
        ),
        (
            "a redirect",
            Play::Answer(Response::builder().status(307).header("location", "/jwks").body(String::new()).unwrap()),
            "redirected",
        ),
        ("a failure", Play::Answer(Response::builder().status(500).body(String::new()).unwrap()), "status"),
    ];
    for (name, play, reason) in cases {
        idp.metadata(play);
        let keys = RemoteKeys::discover(idp.issuer()).start().unwrap();
        let late = keys.ready(Duration::from_millis(300)).await.unwrap_err();
        assert_eq!(late.reason(), Some(reason), "{name}");
        keys.shutdown().await;
    }
    assert_eq!(idp.fetches(), 0, "no keys were fetched");
}

/// `https` metadata that names `http` keys, even on this machine: whoever can bind a port here must not give the keys.
#[tokio::test(start_paused = true)]
async fn keys_are_fetched_no_less_safely_than_the_metadata() {
    use bytes::Bytes;
    use http::Request;
    use http_body_util::Full;

    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&asked);
    let client = tower::service_fn(move |request: Request<Full<Bytes>>| {
        seen.lock().unwrap().push(request.uri().to_string());
        let metadata = r#"{"issuer":"https://id.test","jwks_uri":"http://127.0.0.1:8080/jwks"}"#;
        async move { Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::from(metadata))) }
    });
    let keys = RemoteKeys::discover("https://id.test").client(client).start().unwrap();
    let late = keys.ready(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(late.reason(), Some("unsafe_place"));
    assert!(asked.lock().unwrap().iter().all(|url| url == "https://id.test/.well-known/openid-configuration"));
}

#[tokio::test]
async fn keys_of_an_issuer_make_no_verifier_of_another() {
    let idp = Idp::publishing("");
    let keys = RemoteKeys::discover(idp.issuer()).start().unwrap();
    let refused = Verifier::new("https://id.test", ["https://api.test"], keys.clone(), Rules::new()).unwrap_err();
    assert!(refused.to_string().contains("another issuer"), "{refused}");
    assert!(Verifier::new(format!("{}/", idp.issuer()), ["https://api.test"], keys.clone(), Rules::new()).is_err());
    assert!(Verifier::new(idp.issuer(), ["https://api.test"], keys, Rules::new()).is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_metadata_is_looked_at_again_when_the_keys_cannot_be_had_and_every_hour() {
    use bytes::Bytes;
    use http::Request;
    use http_body_util::Full;
    use std::sync::{Arc, Mutex};

    // The provider moves its keys from `a` to `b`.
    let issuer = issuer_with_key("https://id.test", "key");
    let (asked, moved) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new('a')));
    let (seen, at) = (Arc::clone(&asked), Arc::clone(&moved));
    let jwks = issuer.jwks();
    let client = tower::service_fn(move |request: Request<Full<Bytes>>| {
        let (path, at) = (request.uri().path().to_owned(), *at.lock().unwrap());
        seen.lock().unwrap().push(path.clone());
        let (status, body) = match path.as_str() {
            "/.well-known/openid-configuration" if at == 'x' => (503, String::new()),
            "/.well-known/openid-configuration" => {
                (200, format!(r#"{{"issuer":"https://id.test","jwks_uri":"https://keys.test/{at}"}}"#))
            }
            "/a" if at == 'x' => (200, jwks.clone()),
            _ if path == format!("/{at}") => (200, jwks.clone()),
            _ => (404, String::new()),
        };
        let response = Response::builder().status(status).body(Full::<Bytes>::from(body)).unwrap();
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    let keys = RemoteKeys::discover("https://id.test").client(client).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    tokio::time::sleep(Duration::from_secs(50 * 60)).await;
    let count = |path: &str| asked.lock().unwrap().iter().filter(|asked| *asked == path).count();
    assert_eq!(count("/.well-known/openid-configuration"), 1, "it holds for an hour");
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    assert_eq!(count("/.well-known/openid-configuration"), 2);
    // Without metadata the keys are looked for where they were.
    *moved.lock().unwrap() = 'x';
    tokio::time::sleep(Duration::from_secs(100 * 60)).await;
    assert_eq!(keys.health().last_error, None, "{:?}", keys.health());
    *moved.lock().unwrap() = 'b';
    tokio::time::sleep(Duration::from_secs(12 * 60)).await;
    assert!(count("/b") >= 1 && keys.health().last_error.is_none(), "{:?}", asked.lock().unwrap());
}
