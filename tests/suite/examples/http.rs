//! `axum-orders` and `hyper-orders`: the same routes, the same answers.

use std::process::Command;
use std::time::{Duration, Instant};

use portcullis_core::Algorithm;
use portcullis_testing::TestIssuer;
use portcullis_tests::example::{HTTP, PATIENCE, Server, TempFile, http};
use portcullis_tests::idp::Idp;

use super::{EVERY_SCOPE, Expected, Needs, expired, guarded};

struct Row {
    method: &'static str,
    path: &'static str,
    needs: Needs,
    /// The status for who may.
    then: u16,
}

const fn row(method: &'static str, path: &'static str, needs: Needs, then: u16) -> Row {
    Row { method, path, needs, then }
}

const READ: Needs = Needs::All(&["orders:read"]);
const WRITE: Needs = Needs::All(&["orders:write"]);
const DELETE: Needs = Needs::All(&["orders:write", "orders:delete"]);
const ADMIN: Needs = Needs::All(&["admin:read", "admin:users"]);
const REPORTS: Needs = Needs::Any(&["reports:read", "reports:all"]);

const ROUTES: &[Row] = &[
    row("GET", "/orders", READ, 200),
    row("HEAD", "/orders", READ, 200),
    row("POST", "/orders", WRITE, 201),
    row("GET", "/orders/1", READ, 200),
    row("HEAD", "/orders/1", READ, 200),
    row("GET", "/orders/none", READ, 404),
    row("DELETE", "/orders/none", DELETE, 404),
    row("GET", "/admin", ADMIN, 200),
    row("HEAD", "/admin", ADMIN, 200),
    row("GET", "/reports", REPORTS, 200),
    row("HEAD", "/reports", REPORTS, 200),
    row("GET", "/public", Needs::Nothing, 200),
    row("HEAD", "/public", Needs::Nothing, 200),
    row("GET", "/public?page=/admin", Needs::Nothing, 200),
];

/// Known paths, other methods.
const OTHER_METHODS: &[Row] = &[
    row("PUT", "/orders", Needs::Token, 405),
    row("DELETE", "/orders", Needs::Token, 405),
    row("OPTIONS", "/orders", Needs::Token, 405),
    row("get", "/orders", Needs::Token, 405),
    row("POST", "/orders/1", Needs::Token, 405),
    row("PATCH", "/orders/1", Needs::Token, 405),
    row("POST", "/admin", Needs::Token, 405),
    row("TRACE", "/admin", Needs::Token, 405),
    row("DELETE", "/reports", Needs::Token, 405),
    row("POST", "/public", Needs::Token, 405),
    row("DELETE", "/public", Needs::Token, 405),
];

/// Other spellings open nothing.
const NOT_THERE: &[Row] = &[
    row("GET", "/", Needs::Token, 404),
    row("GET", "/nothing", Needs::Token, 404),
    row("GET", "/orders/", Needs::Token, 404),
    row("GET", "/orders/1/", Needs::Token, 404),
    row("GET", "/orders/1/items", Needs::Token, 404),
    row("GET", "//orders", Needs::Token, 404),
    row("GET", "/orders/../admin", Needs::Token, 404),
    row("GET", "/orders/%2e%2e/admin", Needs::Token, 404),
    row("GET", "/orders/..%2fadmin", READ, 404),
    row("GET", "/orders/..", READ, 404),
    row("GET", "//admin", Needs::Token, 404),
    row("GET", "/admin/", Needs::Token, 404),
    row("GET", "/ADMIN", Needs::Token, 404),
    row("GET", "/%61dmin", Needs::Token, 404),
    row("GET", "/admin;x=y", Needs::Token, 404),
    row("GET", "/public/../admin", Needs::Token, 404),
    row("GET", "/public/", Needs::Token, 404),
    row("GET", "/Public", Needs::Token, 404),
    row("GET", "/%70ublic", Needs::Token, 404),
    row("GET", "//public", Needs::Token, 404),
    row("DELETE", "/orders/../admin", Needs::Token, 404),
    row("OPTIONS", "*", Needs::Token, 404),
];

fn check(rows: &[Row]) {
    for name in HTTP {
        check_on(name, &guarded(name), rows);
    }
}

/// Holds the routes that there are against every kind of token.
pub(super) fn check_routes(name: &str, server: &(Server, TestIssuer)) {
    check_on(name, server, ROUTES);
}

fn check_on(name: &str, (server, issuer): &(Server, TestIssuer), rows: &[Row]) {
    for Row { method, path, needs, then } in rows {
        for ask in needs.asks(issuer) {
            let body = (*method == "POST").then_some(r#"{"item": "gate", "quantity": 2}"#);
            let reply = http(server.address(), method, path, ask.token.as_deref(), body);
            let expected = match ask.expected {
                Expected::Unauthenticated => 401,
                Expected::Forbidden => 403,
                Expected::Allowed => *then,
            };
            let row = format!("{name}: {method} {path}, {}", ask.name);
            assert_eq!(reply.status, expected, "{row}");
            let challenge = match (expected, ask.name) {
                (401, "no token") => Some(r#"Bearer realm="https://api.test""#.to_owned()),
                (401, "expired") => Some(invalid("the token has expired")),
                (401, _) => Some(invalid("the token signature is invalid")),
                (403, _) => Some(insufficient(&needs.challenged())),
                _ => None,
            };
            assert_eq!(reply.header("www-authenticate"), challenge.as_deref(), "{row}");
            assert!(*method != "HEAD" || reply.body.is_empty(), "{row}");
            if let (200 | 201, false) = (expected, *method == "HEAD") {
                assert_eq!(reply.header("content-type"), Some("application/json"), "{row}");
            }
        }
    }
}

fn invalid(description: &str) -> String {
    format!(r#"Bearer realm="https://api.test", error="invalid_token", error_description="{description}""#)
}

fn insufficient(scope: &str) -> String {
    format!(
        r#"Bearer realm="https://api.test", error="insufficient_scope", error_description="the token lacks a scope that this operation needs", scope="{scope}""#
    )
}

#[test]
fn every_route_with_every_kind_of_token() {
    check(ROUTES);
}

#[test]
fn another_method_on_a_known_path_is_401_then_405() {
    check(OTHER_METHODS);
}

#[test]
fn an_unknown_path_is_401_then_404() {
    check(NOT_THERE);
}

#[test]
fn an_order_is_placed_seen_and_taken_back() {
    for name in HTTP {
        let (server, issuer) = guarded(name);
        let call =
            |method, path: &str, scope, body| http(server.address(), method, path, Some(&issuer.token(scope)), body);

        let placed = call("POST", "/orders", "orders:write", Some(r#"{"item": "gate", "quantity": 2}"#));
        let order = r#"{"id":"2","item":"gate","quantity":2,"placed_by":"test-subject"}"#;
        assert_eq!((placed.status, placed.body.as_str()), (201, order), "{name}");
        assert_eq!(call("GET", "/orders/2", "orders:read", None).body, order, "{name}");
        assert!(call("GET", "/orders", "orders:read", None).body.contains(order), "{name}");
        assert_eq!(call("DELETE", "/orders/2", "orders:write", None).status, 403, "{name}");
        assert_eq!(call("DELETE", "/orders/2", "orders:write orders:delete", None).status, 204, "{name}");
        assert_eq!(call("GET", "/orders/2", "orders:read", None).status, 404, "{name}");
    }
}

#[test]
fn a_body_is_small_and_json_and_read_last() {
    for name in HTTP {
        let (server, issuer) = guarded(name);
        let post = |scope, body: &str| {
            http(server.address(), "POST", "/orders", Some(&issuer.token(scope)), Some(body)).status
        };
        let long = format!(r#"{{"item": "{}", "quantity": 2}}"#, "x".repeat(5000));
        assert_eq!(post("orders:write", &long), 413, "{name}");
        assert_eq!(post("orders:write", r#"{"item": 7}"#), 422, "{name}");
        assert_eq!(post("orders:write", r#"{"item": "gate", "quantity": 2, "placed_by": "bob"}"#), 422, "{name}");
        assert_eq!(post("orders:read", "nonsense"), 403, "{name}: permission comes first");
    }
}

/// The default list of algorithms.
#[test]
fn every_algorithm_of_the_default_list_is_accepted() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let issuer = TestIssuer::signing_with(algorithm);
        let jwks = TempFile::new(issuer.jwks());
        for name in HTTP {
            let server = Server::start_trusting(name, issuer.issuer(), issuer.audience(), jwks.path());
            let status = |scope| http(server.address(), "GET", "/orders", Some(&issuer.token(scope)), None).status;
            assert_eq!((status("orders:read"), status("orders:write")), (200, 403), "{name}: {algorithm}");
        }
    }
}

/// Two `Authorization` fields, and one that is none.
#[test]
fn a_malformed_credential_is_400() {
    for name in HTTP {
        let (server, issuer) = guarded(name);
        let twice = format!("{}\r\nAuthorization: Bearer {}", issuer.token("orders:read"), expired(&issuer));
        let reply = http(server.address(), "GET", "/orders", Some(&twice), None);
        assert_eq!(reply.status, 400, "{name}");
        assert!(reply.header("www-authenticate").unwrap().contains(r#"error="invalid_request""#), "{name}");
        assert_eq!(http(server.address(), "GET", "/orders", Some("a b"), None).status, 400, "{name}");
    }
}

#[test]
fn http_2_without_tls_is_guarded_too() {
    for name in HTTP {
        let (server, issuer) = guarded(name);
        let status = |path: &str, scope: &str| {
            let output = Command::new("curl")
                .args(["--silent", "--http2-prior-knowledge", "--max-time", "20", "--output", "/dev/null"])
                .args(["--write-out", "%{http_version} %{http_code}"])
                .args(["--header", &format!("Authorization: Bearer {}", issuer.token(scope))])
                .arg(format!("http://{}{path}", server.address()))
                .output()
                .expect("curl");
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(status("/orders", "orders:read"), "2 200", "{name}");
        assert_eq!(status("/admin", &EVERY_SCOPE[..3].join(" ")), "2 403", "{name}");
        assert_eq!(status("/nothing", ""), "2 404", "{name}");
    }
}

/// The line that a newcomer pastes works.
#[test]
fn the_printed_line_works() {
    for name in HTTP {
        let server = Server::start(name, &["--scope", "orders:read orders:write"]);
        let line = server.announced().iter().find(|line| line.starts_with("curl ")).unwrap();
        let pasted = Command::new("sh").arg("-c").arg(line).output().unwrap();
        let reply = String::from_utf8(pasted.stdout).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.contains("portcullis"), "{name}: {reply}");
        let token = server.announced().iter().find(|line| line.starts_with("ey")).unwrap();
        let body = Some(r#"{"item": "gate", "quantity": 2}"#);
        assert_eq!(http(server.address(), "POST", "/orders", Some(token), body).status, 201, "{name}");
        assert_eq!(http(server.address(), "GET", "/admin", Some(token), None).status, 403, "{name}");
    }
}

/// A server whose provider is away starts all the same, refuses with 503, and tells its orchestrator; then serves.
#[test]
fn a_server_that_starts_in_an_outage_says_so_and_serves_when_the_keys_come() {
    let issuer = TestIssuer::new();
    let idp = Idp::publishing("");
    let arguments = ["--issuer", issuer.issuer(), "--audience", issuer.audience(), "--jwks", &idp.jwks_uri()];
    let token = issuer.token("orders:read");
    let servers = HTTP.map(|name| Server::start(name, &arguments));
    for server in &servers {
        assert_eq!(http(server.address(), "GET", "/orders", Some(&token), None).status, 503);
    }
    let ready = || http(servers[0].address(), "GET", "/ready", None, None);
    let health = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap()[0].clone();
    let (status, body) = (ready().status, health(&ready().body));
    assert_eq!((status, &body["state"], &body["last_error"]), (503, &"pending".into(), &"malformed".into()), "{body}");
    assert_eq!(body["issuer"], issuer.issuer());
    idp.publish(issuer.jwks());
    let asked = Instant::now();
    for server in &servers {
        while http(server.address(), "GET", "/orders", Some(&token), None).status == 503 {
            assert!(asked.elapsed() < PATIENCE, "the keys do not come");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(http(server.address(), "GET", "/orders", Some(&token), None).status, 200);
    }
    let (status, body) = (ready().status, health(&ready().body));
    assert_eq!(
        (status, &body["state"], &body["last_error"]),
        (200, &"fresh".into(), &serde_json::Value::Null),
        "{body}"
    );
}
