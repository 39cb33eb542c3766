//! `--policy`: a table instead of the server's own code.

use std::process::Command;

use portcullis_testing::TestIssuer;
use portcullis_tests::example::{HTTP, Server, TempFile, executable, http};

use super::{EVERY_SCOPE, Needs};

const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/orders-policy.toml");

/// A server that goes by this table and trusts a new issuer.
fn policed(name: &str, policy: &str) -> (Server, TestIssuer) {
    let issuer = TestIssuer::new();
    let jwks = TempFile::new(issuer.jwks());
    let jwks = jwks.path().to_str().unwrap().to_owned();
    let trust = ["--issuer", issuer.issuer(), "--audience", issuer.audience(), "--jwks", &jwks, "--policy", policy];
    (Server::start(name, &trust), issuer)
}

#[test]
fn the_table_of_the_examples_says_what_their_code_says() {
    for name in HTTP {
        super::http::check_routes(name, &policed(name, ORDERS));
    }
}

#[test]
fn what_is_not_in_the_table_is_401_without_a_token_and_403_with_one() {
    for name in HTTP {
        let (server, issuer) = policed(name, ORDERS);
        let all = issuer.token(&EVERY_SCOPE.join(" "));
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/nothing"),
            ("PUT", "/orders"),
            ("POST", "/orders/1"),
            ("OPTIONS", "/orders"),
            ("POST", "/public"),
            ("GET", "/orders/"),
            ("GET", "/Public"),
            ("POST", "/orders.v1.Orders/Unknown"),
        ] {
            assert_eq!(http(server.address(), method, path, None, None).status, 401, "{name}: {method} {path}");
            let reply = http(server.address(), method, path, Some(&all), None);
            assert_eq!(reply.status, 403, "{name}: {method} {path}");
            assert_eq!(reply.header("www-authenticate"), None, "{name}: no scope would help");
        }
        for path in
            ["/orders/../admin", "//admin", "/orders/%2e%2e/admin", "/admin%2f", "/admin;x", "/orders\\1", "/%61dmin"]
        {
            for token in [None, Some(all.as_str())] {
                assert_eq!(http(server.address(), "GET", path, token, None).status, 400, "{name}: {path}");
            }
        }
    }
}

#[test]
fn another_table_decides_otherwise_than_the_code() {
    let table = TempFile::new(
        r#"
            [implies]
            "shop:all" = ["shop:write"]

            [[operation]]
            methods = ["GET"]
            path = "/orders"
            public = "a price list, for this test"

            [[operation]]
            methods = ["POST"]
            path = "/orders"
            require = "shop:write"

            [[operation]]
            methods = ["GET"]
            path = "/orders/{id}"
            require = "orders:{id}:read"
        "#,
    );
    for name in HTTP {
        let (server, issuer) = policed(name, table.path().to_str().unwrap());
        let ask = |method: &str, path: &str, scopes: Option<&str>| {
            let token = scopes.map(|scopes| issuer.token(scopes));
            let body = (method == "POST").then_some(r#"{"item": "gate", "quantity": 2}"#);
            http(server.address(), method, path, token.as_deref(), body).status
        };
        assert_eq!(ask("GET", "/orders", None), 200, "{name}");
        assert_eq!(ask("POST", "/orders", Some("shop:write")), 201, "{name}");
        assert_eq!(ask("POST", "/orders", Some("shop:all")), 201, "{name}");
        assert_eq!(ask("POST", "/orders", Some("orders:write")), 403, "{name}");
        assert_eq!(ask("POST", "/orders", None), 401, "{name}");
        assert_eq!(ask("GET", "/orders/1", Some("orders:1:read")), 200, "{name}");
        assert_eq!(ask("GET", "/orders/2", Some("orders:1:read")), 403, "{name}");
        assert_eq!(ask("GET", "/admin", Some(&EVERY_SCOPE.join(" "))), 403, "{name}");
    }
}

#[test]
fn the_issuer_of_the_file_is_trusted_unless_the_command_line_says_otherwise() {
    let (theirs, ours) = (TestIssuer::new(), TestIssuer::new());
    let (their_keys, our_keys) = (TempFile::new(theirs.jwks()), TempFile::new(ours.jwks()));
    let table = TempFile::new(format!(
        r#"
            [[issuer]]
            issuer = "{}"
            audience = "{}"
            jwks_file = "{}"

            [[operation]]
            methods = ["GET"]
            path = "/orders"
            require = "orders:read"
        "#,
        theirs.issuer(),
        theirs.audience(),
        their_keys.path().display(),
    ));
    let policy = table.path().to_str().unwrap();
    let keys = our_keys.path().to_str().unwrap();
    for name in HTTP {
        let by_file = Server::start(name, &["--policy", policy]);
        assert_eq!(http(by_file.address(), "GET", "/orders", Some(&theirs.token("orders:read")), None).status, 200);
        assert_eq!(http(by_file.address(), "GET", "/orders", Some(&ours.token("orders:read")), None).status, 401);
        assert!(by_file.announced().is_empty(), "no token is printed: others mint them");
        let trust = ["--issuer", ours.issuer(), "--audience", ours.audience(), "--jwks", keys, "--policy", policy];
        let by_command_line = Server::start(name, &trust);
        let ask = |issuer: &TestIssuer| {
            http(by_command_line.address(), "GET", "/orders", Some(&issuer.token("orders:read")), None).status
        };
        assert_eq!((ask(&theirs), ask(&ours)), (401, 200));
    }
}

#[test]
fn without_an_issuer_a_token_for_the_table_is_printed() {
    for name in HTTP {
        let server = Server::start(name, &["--policy", ORDERS, "--scope", "orders:read"]);
        let token = server.announced().iter().find(|line| line.starts_with("ey")).expect("a token");
        assert_eq!(http(server.address(), "GET", "/orders", Some(token), None).status, 200);
        assert_eq!(http(server.address(), "GET", "/admin", Some(token), None).status, 403);
    }
}

#[test]
fn a_table_with_a_mistake_is_a_start_error_with_its_place() {
    let table = TempFile::new("[[operation]]\nmethods = [\"GET\"]\npath = \"/orders\"\nrequires = \"orders:read\"\n");
    for name in HTTP {
        let output = Command::new(executable(name)).arg("--policy").arg(table.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.contains(":4:1: unknown field `requires`") && error.contains("did you mean `require`?"),
            "{error}"
        );
    }
    let nowhere = Command::new(executable(HTTP[0])).args(["--policy", "nowhere.toml"]).output().unwrap();
    let error = String::from_utf8(nowhere.stderr).unwrap();
    assert!(error.contains("nowhere.toml") && nowhere.status.code() == Some(1), "{error}");
}

#[test]
fn a_request_for_anything_is_denied_by_an_empty_table() {
    let table = TempFile::new("");
    let (server, issuer) = policed(HTTP[0], table.path().to_str().unwrap());
    for ask in Needs::Token.asks(&issuer) {
        let status = http(server.address(), "GET", "/orders", ask.token.as_deref(), None).status;
        assert!(matches!(status, 401 | 403), "{}: {status}", ask.name);
    }
}
