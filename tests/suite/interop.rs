//! Other people's tokens and other people's clients, against the example servers.
//!
//! Tokens come from npm `jose`, PyPI `PyJWT` and `joserfc`, and the certified OpenID provider npm `oidc-provider`; calls
//! from Python's urllib, grpcio and grpcurl. `interop/setup.sh` installs them; where it cannot, these tests fail.

mod exchange;
mod issuer;
pub(crate) mod peers;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use portcullis_tests::example::{GRPC, HTTP, Server, TempFile, http};
use serde::Deserialize;
use serde_json::{Value, json};

use self::peers::{Provider, directory, grpc_client, http_client, mint};

const AUDIENCE: &str = "https://api.test/";

/// What a maker of tokens made.
#[derive(Deserialize)]
struct Minted {
    jwks: Value,
    /// By algorithm.
    tokens: BTreeMap<String, Tokens>,
}

#[derive(Deserialize)]
struct Tokens {
    /// For `orders:read`.
    reader: String,
    /// For `orders:write` and `orders:delete`.
    writer: String,
    /// A reader's, for another audience.
    elsewhere: String,
    /// A reader's of yesterday.
    expired: String,
}

impl Tokens {
    /// The claims of the writer under the signature of the reader.
    fn tampered(&self) -> String {
        let (reader, writer): (Vec<_>, Vec<_>) = (self.reader.split('.').collect(), self.writer.split('.').collect());
        [reader[0], writer[1], reader[2]].join(".")
    }
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Read,
    Write,
    Delete,
    Open,
    Unknown,
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    Allowed,
    NoToken,
    Invalid(&'static str),
    Insufficient(&'static str),
}

/// A call, and what it has to come to.
struct Case {
    name: String,
    operation: Operation,
    token: Option<String>,
    outcome: Outcome,
}

fn cases(minted: &Minted) -> Vec<Case> {
    use Operation::{Delete, Open, Read, Unknown, Write};
    use Outcome::{Allowed, Insufficient, Invalid, NoToken};
    let mut cases = Vec::new();
    for (algorithm, tokens) in &minted.tokens {
        let tampered = tokens.tampered();
        let mut case = |name: &str, operation, token: Option<&String>, outcome| {
            let (name, token) = (format!("{algorithm}, {name}, {operation:?}"), token.cloned());
            cases.push(Case { name, operation, token, outcome });
        };
        case("no token", Read, None, NoToken);
        case("no token", Unknown, None, NoToken);
        case("no token", Open, None, Allowed);
        case("reader", Read, Some(&tokens.reader), Allowed);
        case("reader", Write, Some(&tokens.reader), Insufficient("orders:write"));
        case("reader", Delete, Some(&tokens.reader), Insufficient("orders:write orders:delete"));
        case("reader", Unknown, Some(&tokens.reader), Allowed);
        case("writer", Read, Some(&tokens.writer), Insufficient("orders:read"));
        case("writer", Write, Some(&tokens.writer), Allowed);
        case("writer", Delete, Some(&tokens.writer), Allowed);
        case("another audience", Read, Some(&tokens.elsewhere), Invalid("the token is for another audience"));
        case("expired", Read, Some(&tokens.expired), Invalid("the token has expired"));
        case("tampered", Write, Some(&tampered), Invalid("the token signature is invalid"));
        case("no JWT", Unknown, Some(&"opaque".to_owned()), Invalid("the token is malformed"));
    }
    cases
}

impl Outcome {
    /// The challenges that the client has to see.
    fn challenges(self) -> Vec<String> {
        let error = |error, description| {
            format!(r#"Bearer realm="{AUDIENCE}", error="{error}", error_description="{description}""#)
        };
        match self {
            Self::Allowed => vec![],
            Self::NoToken => vec![format!(r#"Bearer realm="{AUDIENCE}""#)],
            Self::Invalid(description) => vec![error("invalid_token", description)],
            Self::Insufficient(scope) => {
                vec![format!(r#"{}, scope="{scope}""#, error("insufficient_scope", self.description()))]
            }
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Allowed => "",
            Self::NoToken => "a bearer token is required",
            Self::Invalid(description) => description,
            Self::Insufficient(_) => "the token lacks a scope that this operation needs",
        }
    }
}

/// Every case on every server.
fn examine(issuer: &str, minted: &Minted) {
    let jwks = TempFile::new(minted.jwks.to_string());
    let start = |name| Server::start_trusting(name, issuer, AUDIENCE, jwks.path());
    let cases = cases(minted);
    for name in HTTP {
        examine_http(name, &start(name), &cases);
    }
    examine_grpc(&start(GRPC), &cases);
}

fn examine_http(name: &str, server: &Server, cases: &[Case]) {
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    for case in cases {
        let requests = match case.operation {
            Operation::Read => vec![("GET", "/orders", 200), ("GET", "/orders/1", 200), ("HEAD", "/orders/1", 200)],
            Operation::Write => vec![("POST", "/orders", 201)],
            Operation::Delete => vec![("DELETE", "/orders/none", 404)],
            Operation::Open => vec![("GET", "/public", 200)],
            Operation::Unknown => vec![("GET", "/nothing", 404), ("GET", "/orders/../admin", 404)],
        };
        for (method, path, then) in requests {
            let body = (method == "POST").then_some(r#"{"item": "gate", "quantity": 2}"#);
            let url = format!("http://{}{path}", server.address());
            asked.push(json!({ "method": method, "url": url, "token": case.token, "body": body }));
            let status = match case.outcome {
                Outcome::Allowed => then,
                Outcome::NoToken | Outcome::Invalid(_) => 401,
                Outcome::Insufficient(_) => 403,
            };
            expected.push((format!("{name}: {}", case.name), json!(status), case.outcome));
        }
    }
    let results = http_client(&asked);
    assert_eq!(results.len(), asked.len());
    for (result, (case, status, outcome)) in results.iter().zip(expected) {
        assert_eq!(result["result"], status, "{case}: {result}");
        assert_eq!(result["challenges"], json!(outcome.challenges()), "{case}");
    }
}

fn examine_grpc(server: &Server, cases: &[Case]) {
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    for case in cases {
        let (one, none, gate) =
            (json!({ "id": "1" }), json!({ "id": "none" }), json!({ "item": "gate", "quantity": 2 }));
        let requests = match case.operation {
            Operation::Read => vec![
                ("GetOrder", one, "OK"),
                ("ListOrders", json!({}), "OK"),
                ("WatchOrders", json!({ "item": "portcullis" }), "OK"),
            ],
            Operation::Write => vec![("CreateOrder", gate, "OK")],
            Operation::Delete => vec![("DeleteOrder", none, "NOT_FOUND")],
            Operation::Open => vec![("Ping", json!({}), "OK")],
            Operation::Unknown => vec![("Nothing", json!({}), "UNIMPLEMENTED")],
        };
        for (method, request, then) in requests {
            asked.push(json!({ "method": method, "request": request, "token": case.token }));
            let code = match case.outcome {
                Outcome::Allowed => then,
                Outcome::NoToken | Outcome::Invalid(_) => "UNAUTHENTICATED",
                Outcome::Insufficient(_) => "PERMISSION_DENIED",
            };
            expected.push((format!("{method}, {}", case.name), code, case.outcome));
        }
    }
    let results = grpc_client(server.address(), &asked);
    assert_eq!(results.len(), asked.len());
    for (result, (case, code, outcome)) in results.iter().zip(expected) {
        assert_eq!(result["result"], code, "{case}: {result}");
        assert_eq!(result["challenges"], json!(outcome.challenges()), "{case}");
        assert_eq!(result["received"].as_u64() > Some(0), code == "OK", "{case}: {result}");
        if !matches!(outcome, Outcome::Allowed) {
            assert_eq!(result["details"], outcome.description(), "{case}");
        }
    }
}

fn algorithms(minted: &Minted) -> Vec<&str> {
    minted.tokens.keys().map(String::as_str).collect()
}

#[test]
fn tokens_of_jose() {
    let minted = mint("mint.mjs", "https://id.test", AUDIENCE);
    assert_eq!(algorithms(&minted), ["ES256", "ES384", "Ed25519", "EdDSA", "PS256", "RS256"]);
    examine("https://id.test", &minted);
}

#[test]
fn tokens_of_pyjwt() {
    let minted = mint("mint_pyjwt.py", "https://id.test", AUDIENCE);
    assert_eq!(algorithms(&minted), ["ES256", "ES384", "EdDSA", "PS256", "RS256"]);
    examine("https://id.test", &minted);
}

#[test]
fn tokens_of_joserfc() {
    let minted = mint("mint_joserfc.py", "https://id.test", AUDIENCE);
    assert_eq!(algorithms(&minted), ["ES256", "ES384", "Ed25519", "EdDSA", "PS256", "RS256"]);
    examine("https://id.test", &minted);
}

#[test]
fn tokens_of_oidc_provider() {
    let provider = Provider::start();
    let tokens = ["RS256", "ES256", "EdDSA", "Ed25519", "PS256", "ES384"].map(|algorithm| {
        let token = |scope, audience| provider.token(algorithm, scope, audience);
        provider.set_clock(-600);
        let expired = token("orders:read", AUDIENCE);
        provider.set_clock(0);
        let reader = token("orders:read", AUDIENCE);
        let writer = token("orders:write orders:delete", AUDIENCE);
        let elsewhere = token("orders:read", "https://other.test/");
        (algorithm.to_owned(), Tokens { reader, writer, elsewhere, expired })
    });
    examine(provider.issuer(), &Minted { jwks: provider.jwks(), tokens: tokens.into() });
}

/// What `tonic-orders` prints, pasted into a shell that has a grpcurl.
#[test]
fn the_printed_grpcurl_line_works() {
    let server = Server::start(GRPC, &[]);
    let line = server.announced().iter().find(|line| line.starts_with("grpcurl ")).unwrap();
    let path = format!("{}:{}", directory().join("venv/bin").display(), std::env::var("PATH").unwrap());
    let paste = |line: &str| {
        let output = std::process::Command::new("sh").arg("-c").arg(line).env("PATH", &path).output().unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (worked, answer) = paste(line);
    assert!(worked && answer.contains(r#""item": "portcullis""#), "{answer}");
    let (worked, refusal) = paste(&line.replace("GetOrder", "DeleteOrder"));
    assert!(!worked && refusal.contains("Code: PermissionDenied"), "{refusal}");
    assert!(refusal.contains("Message: the token lacks a scope that this operation needs"), "{refusal}");
    let (worked, refusal) = paste(&line.replace("Bearer", "Basic"));
    assert!(!worked && refusal.contains("Code: Unauthenticated"), "{refusal}");
}

/// The provider goes away and comes back with other keys, while requests go on against each of the examples.
#[test]
fn a_provider_that_restarts_with_other_keys_is_followed_without_a_good_token_refused() {
    let provider = Provider::start();
    let issuer = provider.issuer().to_owned();
    let arguments = ["--discover", "--issuer", &issuer, "--audience", AUDIENCE];
    let servers: Vec<_> = HTTP.iter().map(|name| Server::start(name, &arguments)).collect();
    let grpc = Server::start(GRPC, &arguments);
    let (old, old_es256) =
        (provider.token("RS256", "orders:read", AUDIENCE), provider.token("ES256", "orders:read", AUDIENCE));
    let statuses = |token: &str| -> Vec<u16> {
        servers.iter().map(|server| http(server.address(), "GET", "/orders", Some(token), None).status).collect()
    };
    let grpc_code = |token: &str| {
        let call = json!({ "method": "ListOrders", "token": token });
        grpc_client(grpc.address(), &[call])[0]["result"].as_str().unwrap().to_owned()
    };
    assert_eq!((statuses(&old), grpc_code(&old_es256)), (vec![200, 200], "OK".into()));

    // An unknown name may cause a fetch ten seconds after the last one.
    let cooled_down = Instant::now() + Duration::from_secs(10);
    let provider = provider.restart_with_other_keys(|| {
        while Instant::now() < cooled_down {
            assert_eq!(statuses(&old), [200, 200], "the provider is away");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(grpc_code(&old_es256), "OK");
    });
    assert_eq!(statuses(&old), [200, 200], "nobody knows of the new keys yet");
    let new = provider.token("RS256", "orders:read", AUDIENCE);
    let asked = Instant::now();
    assert_eq!(statuses(&new), [200, 200], "the first request brings the new keys");
    assert!(asked.elapsed() < Duration::from_secs(6));
    assert_eq!(grpc_code(&new), "OK");
    for _ in 0..20 {
        assert_eq!(statuses(&new), [200, 200]);
        assert_eq!(statuses(&old), [401, 401], "the old keys are withdrawn");
    }
    assert_eq!(grpc_code(&old_es256), "UNAUTHENTICATED");
}
