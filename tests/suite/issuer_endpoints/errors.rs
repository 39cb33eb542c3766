//! The table of error answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use http::Request;
use http_body_util::Full;
use portcullis_issuer::{Admission, Attempt, Client, ClientTable, Clients, ClientsUnavailable, GrantType, Throttle};
use portcullis_tests::hosts::Host;
use portcullis_tests::issuing::{Issuing, ORDERS, SECRET, STOCK, basic, form, post, scopes};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{ISSUER, Mounted};

const FORM: &str = "application/x-www-form-urlencoded";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

fn raw(method: &str, path: &str, content_type: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(path).header("authorization", basic("svc", SECRET));
    request.header("content-type", content_type).body(Full::from(body.into())).unwrap()
}

#[tokio::test]
async fn every_mistake_has_its_answer() {
    let cc = [("grant_type", "client_credentials")];
    let svc = basic("svc", SECRET);
    let ask = |client: &str, pairs: &[(&str, &str)]| post("/token", Some(&basic(client, SECRET)), pairs);
    let with = |more: &[(&'static str, &'static str)]| ask("svc", &[&cc[..], more].concat());
    for mounted in Mounted::everywhere().await {
        let host = mounted.host.name();
        let two = {
            let mut request = post("/token", Some(&svc), &cc);
            request.headers_mut().append("authorization", svc.parse().unwrap());
            request
        };
        for (name, request, expected) in [
            ("GET", raw("GET", "/token", FORM, ""), (405, "invalid_request")),
            ("PUT", raw("PUT", "/token", FORM, form(&cc)), (405, "invalid_request")),
            (
                "JSON",
                raw("POST", "/token", "application/json", r#"{"grant_type":"client_credentials"}"#),
                (400, "invalid_request"),
            ),
            (
                "another charset",
                raw("POST", "/token", &format!("{FORM};charset=utf-16"), form(&cc)),
                (400, "invalid_request"),
            ),
            (
                "parameters in the query",
                raw("POST", "/token?scope=orders:read", FORM, form(&cc)),
                (400, "invalid_request"),
            ),
            (
                "a credential in the query",
                raw("POST", "/token?client_id=svc", FORM, form(&cc)),
                (400, "invalid_request"),
            ),
            (
                "a parameter twice",
                with(&[("scope", "orders:read"), ("scope", "orders:read")]),
                (400, "invalid_request"),
            ),
            ("NUL", with(&[("scope", "orders:read\0")]), (400, "invalid_request")),
            ("no UTF-8", raw("POST", "/token", FORM, "grant_type=client_credentials&x=%ff"), (400, "invalid_request")),
            (
                "too long",
                raw("POST", "/token", FORM, format!("{}&x={}", form(&cc), "a".repeat(65536))),
                (400, "invalid_request"),
            ),
            ("no grant type", ask("svc", &[]), (400, "invalid_request")),
            ("an empty grant type", ask("svc", &[("grant_type", "")]), (400, "invalid_request")),
            (
                "password",
                ask("svc", &[("grant_type", "password"), ("username", "a"), ("password", "b")]),
                (400, "unsupported_grant_type"),
            ),
            (
                "authorization code",
                ask("svc", &[("grant_type", "authorization_code"), ("code", "a")]),
                (400, "unsupported_grant_type"),
            ),
            ("a grant that the client may not use", ask("idle", &cc), (400, "unauthorized_client")),
            (
                "client credentials of a public client",
                post("/token", None, &[cc[0], ("client_id", "spa")]),
                (400, "unauthorized_client"),
            ),
            ("no scope by the grammar", with(&[("scope", "orders:read  orders:write")]), (400, "invalid_scope")),
            ("a scope that nobody has", with(&[("scope", "admin")]), (400, "invalid_scope")),
            ("a resource that nobody knows", with(&[("resource", "https://other.test")]), (400, "invalid_target")),
            ("a resource that is not the client's", with(&[("resource", STOCK)]), (400, "invalid_target")),
            ("a client without a resource", ask("nowhere", &cc), (400, "invalid_target")),
            ("no client", post("/token", None, &cc), (401, "invalid_client")),
            ("an unknown client", post("/token", Some(&basic("nobody", SECRET)), &cc), (401, "invalid_client")),
            ("a wrong secret", post("/token", Some(&basic("svc", "guess")), &cc), (401, "invalid_client")),
            ("no base64", post("/token", Some("Basic !"), &cc), (401, "invalid_client")),
            ("another scheme", post("/token", Some("Bearer abc"), &cc), (401, "invalid_client")),
            (
                "a secret client without its secret",
                post("/token", None, &[cc[0], ("client_id", "svc")]),
                (401, "invalid_client"),
            ),
            ("a secret for a public client", ask("spa", &cc), (401, "invalid_client")),
            ("a secret for a client with keys", ask("orders", &cc), (401, "invalid_client")),
            (
                "a secret in the body",
                post("/token", None, &[cc[0], ("client_id", "svc"), ("client_secret", SECRET)]),
                (401, "invalid_client"),
            ),
            ("a secret in both", with(&[("client_secret", SECRET)]), (400, "invalid_request")),
            ("two ways", with(&[("client_assertion", "a.b.c")]), (400, "invalid_request")),
            ("two fields", two, (400, "invalid_request")),
            ("two names", with(&[("client_id", "web")]), (400, "invalid_request")),
            (
                "an unknown refresh token",
                ask("web", &[("grant_type", "refresh_token"), ("refresh_token", "prt_x")]),
                (400, "invalid_grant"),
            ),
            ("no refresh token", ask("web", &[("grant_type", "refresh_token")]), (400, "invalid_request")),
            ("exchange by one who may not", ask("svc", &[("grant_type", EXCHANGE)]), (400, "unauthorized_client")),
            ("revocation without a token", post("/revoke", Some(&svc), &[]), (400, "invalid_request")),
            ("revocation without a client", post("/revoke", None, &[("token", "x")]), (401, "invalid_client")),
            ("revocation by GET", raw("GET", "/revoke", FORM, ""), (405, "invalid_request")),
        ] {
            let (status, body) = mounted.outcome(request).await;
            assert_eq!((status, body["error"].as_str()), (expected.0, Some(expected.1)), "{host}, {name}: {body}");
            let members: Vec<_> = body.as_object().unwrap().keys().collect();
            assert_eq!(members, ["error", "error_description"], "{host}, {name}");
        }
        let nothing = mounted.outcome(post("/revoke", Some(&svc), &[("token", "x"), ("token_type_hint", "y")])).await;
        assert_eq!(nothing, (200, serde_json::Value::Null), "{host}: what is not known is revoked");
        for path in ["/", "/tokens", "/token/", "/.well-known/openid-configuration"] {
            assert_eq!(mounted.send(post(path, Some(&svc), &cc)).await.status, 404, "{host}, {path}");
        }
        let reply = mounted.send(raw("DELETE", "/jwks.json", FORM, "")).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")), "{host}");
    }
}

#[tokio::test]
async fn an_unknown_client_and_a_wrong_secret_get_the_same_answer() {
    let mounted = Mounted::on_hyper().await;
    let cc = [("grant_type", "client_credentials")];
    let mut answers = Vec::new();
    for client in ["nobody", "svc", "spa", "orders"] {
        let reply = mounted.send(post("/token", Some(&basic(client, "a guess")), &cc)).await;
        let mut headers = reply.headers.clone();
        headers.remove("date");
        answers.push((reply.status, headers, reply.body));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let issuing = Issuing::named(ISSUER).await;
    let host = Host::hyper(issuing.endpoints.clone().body_timeout(Duration::from_millis(100))).await;
    let mut stream = tokio::net::TcpStream::connect(host.address()).await.unwrap();
    let head =
        format!("POST /token HTTP/1.1\r\nhost: id.test\r\ncontent-type: {FORM}\r\ncontent-length: 100\r\n\r\ngrant");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400");
}

/// A table that can't be reached.
#[derive(Debug)]
struct Away;

impl Clients for Away {
    fn find<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Arc<Client>>, ClientsUnavailable>> {
        ready(Err(ClientsUnavailable::new("away"))).boxed()
    }
}

/// Refuses after so many, and counts what became of the others.
#[derive(Debug, Default)]
struct Few {
    asked: AtomicUsize,
    failed: Arc<AtomicUsize>,
}

impl Throttle for Few {
    fn admit<'a>(&'a self, attempt: &'a Attempt<'_>) -> BoxFuture<'a, Admission> {
        assert_eq!(attempt.client(), Some("svc"));
        assert!(!attempt.headers().contains_key("authorization"));
        let admitted = self.asked.fetch_add(1, Ordering::SeqCst) < 2;
        ready(if admitted { Admission::Admitted } else { Admission::refused_for(Duration::from_secs(7)) }).boxed()
    }

    fn outcome(&self, _: &Attempt<'_>, authenticated: bool) {
        self.failed.fetch_add(usize::from(!authenticated), Ordering::SeqCst);
    }
}

#[tokio::test]
async fn who_asks_too_often_is_refused_before_anything_is_looked_at() {
    let issuing = Issuing::named(ISSUER).await;
    let few = Few::default();
    let failed = Arc::clone(&few.failed);
    let host = Host::hyper(issuing.endpoints.clone().throttle(few)).await;
    let mounted = Mounted { issuing, host };
    let mut statuses = Vec::new();
    for secret in ["a guess", SECRET, SECRET] {
        let request = post("/token", Some(&basic("svc", secret)), &[("grant_type", "client_credentials")]);
        statuses.push(mounted.outcome(request).await.0);
    }
    assert_eq!(statuses, [401, 200, 429]);
    assert_eq!(failed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_the_table_of_clients_nobody_is_authenticated() {
    let issuing = Issuing::named(ISSUER).await;
    let host = Host::hyper(issuing.issuer.endpoints(Away)).await;
    let mounted = Mounted { issuing, host };
    let (status, body) = mounted.outcome(post("/token", Some(&basic("svc", SECRET)), &[("grant_type", "x")])).await;
    assert_eq!((status, &body["error"]), (503, &"temporarily_unavailable".into()));
}

#[test]
fn no_debug_shows_a_secret() {
    let table =
        ClientTable::of([Client::public("spa").may(GrantType::RefreshToken).at_most(scopes("a")).resource(ORDERS)]);
    assert!(format!("{table:?}").contains("spa"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shown = format!("{:?}", runtime.block_on(Issuing::named(ISSUER)).endpoints);
    assert!(shown.contains("svc") && !shown.contains("argon2") && !shown.contains(SECRET), "{shown}");
}
