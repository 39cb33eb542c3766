//! The table in front of axum, tonic and hyper, over real sockets.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use portcullis::policy::{Inventory, Operation, Policy, public};
use portcullis::{AccessModel, Authority, DeniedKind, GuardedRequest, Requirement, scope};
use portcullis_testing::TestIssuer;
use portcullis_tests::hosts::{Client, Host};
use tower::{Layer, ServiceExt, service_fn};

use super::{OK, authority, call_of, request, roles, table, verdict};

fn policy() -> Policy {
    let delete = Requirement::all([scope!("orders:write"), scope!("orders:delete")]).unwrap();
    table()
        .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
        .operation(Operation::delete("/orders/{id}").require(delete).max_age(Duration::from_secs(300)))
        .operation(Operation::http([Method::PUT, Method::PATCH], "/orders/{id}").require(scope!("orders:write")))
        .operation(Operation::rpc("orders.v1.Orders/GetOrder").require(scope!("orders:read")))
        .operation(Operation::get("/public").public("landing page, carries no data"))
        .operation(Operation::rpc("orders.v1.Orders/Ping").public("whoever wants to know has no token yet"))
        .build()
        .unwrap()
}

async fn echo(request: Request<hyper::body::Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from(request.method().to_string())))
}

async fn hosts(authority: &Authority, policy: &Policy) -> [Host; 2] {
    let axum = Router::new().fallback(async |method: Method| method.to_string());
    [
        Host::axum(axum.layer(authority.enforce(policy).unwrap())).await,
        Host::hyper(authority.enforce(policy).unwrap().layer(service_fn(echo))).await,
    ]
}

#[tokio::test]
async fn the_same_table_drives_axum_and_hyper() {
    let issuer = TestIssuer::new();
    let policy = policy();
    let authority = authority(&issuer, &policy);
    let read = || Some(issuer.token("orders:read"));
    let all = || Some(issuer.token("orders:write orders:delete"));
    let old = || Some(issuer.mint().scope("orders:write orders:delete").issued_ago(400).expires_in(200).sign());
    for host in hosts(&authority, &policy).await {
        for (name, method, path, token, expected) in [
            ("a rule met", "GET", "/orders/42", read(), 200),
            ("without a token", "GET", "/orders/42", None, 401),
            ("with a bad one", "GET", "/orders/42", Some("no.good.token".to_owned()), 401),
            ("a rule not met", "GET", "/orders/42", all(), 403),
            ("HEAD follows GET", "HEAD", "/orders/42", read(), 200),
            ("HEAD follows GET, refused too", "HEAD", "/orders/42", None, 401),
            ("all of two", "DELETE", "/orders/42", all(), 200),
            ("one of two", "DELETE", "/orders/42", Some(issuer.token("orders:write")), 403),
            ("an old token", "DELETE", "/orders/42", old(), 401),
            ("an old token where age does not matter", "PUT", "/orders/42", old(), 200),
            ("several methods, one rule", "PATCH", "/orders/42", all(), 200),
            ("a method without a rule", "POST", "/orders/42", all(), 403),
            ("nothing else is inferred: OPTIONS", "OPTIONS", "/orders/42", None, 401),
            ("nothing else is inferred: TRACE", "TRACE", "/orders/42", read(), 403),
            ("a method of one's own", "BREW", "/orders/42", read(), 403),
            ("a method in another case", "get", "/orders/42", read(), 403),
            ("a path without a rule", "GET", "/orders", read(), 403),
            ("a path without a rule, without a token", "GET", "/orders", None, 401),
            ("a slash at the end is another path", "GET", "/orders/42/", read(), 403),
            ("a path in another case", "GET", "/Orders/42", read(), 403),
            ("public", "GET", "/public", None, 200),
            ("public, with a bad token", "GET", "/public", Some("no.good.token".to_owned()), 200),
            ("public is for that method", "POST", "/public", None, 401),
            ("a query is no part of it", "GET", "/public?x=/orders", None, 200),
            ("a procedure over HTTP", "POST", "/orders.v1.Orders/GetOrder", read(), 200),
            ("a procedure by GET", "GET", "/orders.v1.Orders/GetOrder", read(), 403),
        ] {
            let bytes = format!(
                "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-HTTP-Method-Override: GET\r\nX-Method-Override: GET\r\n"
            );
            let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
            let answer = host.raw(format!("{bytes}{token}\r\n").as_bytes()).await;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{}: {name}: {answer}", host.name());
        }
    }
}

#[tokio::test]
async fn the_same_table_drives_grpc() {
    let issuer = TestIssuer::new();
    let policy = policy();
    let authority = authority(&issuer, &policy);
    let routes = tonic::service::Routes::from(
        Router::new().fallback(async || [("grpc-status", "0"), ("content-type", "application/grpc")]),
    );
    let layer = authority.enforce(&policy).unwrap();
    let host = Host::tonic(|incoming| {
        tonic::transport::Server::builder().layer(layer).add_routes(routes).serve_with_incoming(incoming)
    })
    .await;
    let good = [format!("Bearer {}", issuer.token("orders:read")).into_bytes()];
    let poor = [format!("Bearer {}", issuer.token("other")).into_bytes()];
    let mut client: Client = host.connect().await;
    for (name, path, token, expected) in [
        ("a rule met", "/orders.v1.Orders/GetOrder", &good[..], "0"),
        ("a rule not met", "/orders.v1.Orders/GetOrder", &poor, "7"),
        ("without a token", "/orders.v1.Orders/GetOrder", &[], "16"),
        ("public", "/orders.v1.Orders/Ping", &[], "0"),
        ("no rule", "/orders.v1.Orders/Nope", &good, "7"),
        ("no rule, without a token", "/orders.v1.Orders/Nope", &[], "16"),
        ("health is not open by itself", "/grpc.health.v1.Health/Check", &[], "16"),
        ("reflection is not open by itself", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", &[], "16"),
        ("another case", "/orders.v1.orders/GetOrder", &good, "7"),
        ("an ambiguous path", "/orders.v1.Orders//GetOrder", &good, "16"),
    ] {
        let reply = client.ask(path, token).await.unwrap();
        assert_eq!(reply.headers["grpc-status"], expected, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_unimplemented_for_those_who_prove_themselves() {
    let issuer = TestIssuer::new();
    let policy = policy();
    let authority = authority(&issuer, &policy);
    let inventory = Inventory::new()
        .rpc("orders.v1.Orders/GetOrder")
        .rpc("orders.v1.Orders/Forgotten")
        .http(Method::GET, "/x/{id}");
    let guard = authority.enforce(&policy).unwrap().serving(&inventory);
    let service = guard
        .layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("reached")))));
    let token = issuer.token("orders:read");
    for (name, path, token, status) in [
        ("there is no such method", "/orders.v1.Orders/Nope", Some(&token), "12"),
        ("there is one, without a rule", "/orders.v1.Orders/Forgotten", Some(&token), "7"),
        ("without a token both look alike", "/orders.v1.Orders/Nope", None, "16"),
        ("without a token both look alike, too", "/orders.v1.Orders/Forgotten", None, "16"),
    ] {
        let answer = service.clone().oneshot(call_of(path, token.map(String::as_str))).await.unwrap();
        assert_eq!(answer.headers()["grpc-status"], status, "{name}");
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "", "{name}: it gets no further");
    }
    for (name, path, status) in [("not there", "/y", 404), ("there, without a rule", "/x/1", 403)] {
        let answer = service.clone().oneshot(request("GET", path, Some(&token))).await.unwrap();
        assert_eq!(answer.status(), status, "{name}");
    }
}

#[tokio::test]
async fn the_proof_of_the_table_is_that_of_this_request_and_this_credential() {
    let issuer = TestIssuer::new();
    let policy = policy();
    let authority = authority(&issuer, &policy);
    let other = issuer.token("orders:read");
    // Swaps the credential where the path says so, behind the layer.
    let inner = service_fn(move |mut request: Request<()>| {
        if request.uri().query() == Some("swap") {
            request.headers_mut().insert("authorization", format!("Bearer {other}").parse().unwrap());
        }
        let told = request.allowed().map(|allowed| {
            let operation = allowed.operation().unwrap().target().to_string();
            format!("{operation} by {:?}", allowed.principal().and_then(|caller| caller.subject().map(str::to_owned)))
        });
        async move { Ok::<_, Infallible>(Response::new(told.unwrap_or_else(|denied| denied.kind().to_string()))) }
    });
    let service = authority.enforce(&policy).unwrap().layer(inner.clone());
    let token = issuer.mint().subject("alice").scope("orders:read").sign();
    for (name, path, token, expected) in [
        ("a rule met", "/orders/1", Some(&token), "GET /orders/{id} by Some(\"alice\")"),
        ("public", "/public", None, "GET /public by None"),
        ("public, and the caller says who it is", "/public", Some(&token), "GET /public by Some(\"alice\")"),
        ("another credential than the one judged", "/orders/1?swap", Some(&token), "not_guarded"),
    ] {
        let answer = service.clone().oneshot(request("GET", path, token.map(String::as_str))).await.unwrap();
        assert_eq!(answer.body(), expected, "{name}");
    }
    let unguarded = inner.clone().oneshot(request("GET", "/orders/1", Some(&token))).await.unwrap();
    assert_eq!(unguarded.body(), "not_guarded", "no layer, no proof");
    let unpoliced = authority.authenticate().layer(inner).oneshot(request("GET", "/orders/1", Some(&token))).await;
    assert_eq!(unpoliced.unwrap().body(), "not_guarded", "another layer gives no such proof");
}

#[test]
fn a_policy_and_an_authority_judge_by_one_model() {
    let issuer = TestIssuer::new();
    let model = AccessModel::builder().implies("a", ["b"]).build().unwrap();
    let policy = table().access_model(model).build().unwrap();
    let stranger = portcullis_tests::authority(&issuer);
    let error = stranger.enforce(&policy).unwrap_err().to_string();
    assert!(error.contains("access_model"), "{error}");
    assert!(authority(&issuer, &policy).enforce(&policy).is_ok());
    assert!(authority(&issuer, &policy).enforce(&table().build().unwrap()).is_err(), "and the other way round");
}

#[tokio::test]
async fn an_empty_table_lets_nobody_in() {
    let issuer = TestIssuer::new();
    let policy = table().build().unwrap();
    let authority = authority(&issuer, &policy);
    let token = issuer.token("anything");
    assert_eq!(verdict(&authority, &policy, request("GET", "/", Some(&token))).await, (403, Some(DeniedKind::NoRule)));
    assert_eq!(
        verdict(&authority, &policy, request("GET", "/", None)).await,
        (401, Some(DeniedKind::MissingCredential))
    );
    assert_ne!(verdict(&authority, &policy, request("OPTIONS", "*", None)).await, OK);
}

#[test]
fn every_mistake_of_a_table_is_named_at_once() {
    let none: [Method; 0] = [];
    let both = Requirement::role("a") & Requirement::role("b");
    let exclusive = AccessModel::builder().role("a", [""; 0]).role("b", [""; 0]).exclusive(["a", "b"]).build().unwrap();
    let own = || Requirement::claim_is_parameter("tenant", "tenant");
    let error = table()
        .access_model(exclusive)
        .operation(Operation::http(none, "/none").require(scope!("x")))
        .operation(Operation::get("orders").require(scope!("x")))
        .operation(Operation::get("/a//b").require(scope!("x")))
        .operation(Operation::get("/a/:id").require(scope!("x")))
        .operation(Operation::get("/a/*rest").require(scope!("x")))
        .operation(Operation::get("/a/{id").require(scope!("x")))
        .operation(Operation::get("/a/{*rest}/b").require(scope!("x")))
        .operation(Operation::get("/twice").require(scope!("x")))
        .operation(Operation::http([Method::GET, Method::POST], "/twice").require(scope!("y")))
        .operation(Operation::get("/o/{id}").require(scope!("x")))
        .operation(Operation::delete("/o/{order}").require(scope!("x")))
        .operation(Operation::get("/o/{*rest}").require(scope!("x")))
        .operation(Operation::http([Method::HEAD], "/twice").require(scope!("x")))
        .operation(Operation::get("/reason").public(" "))
        .operation(Operation::get("/age").public("a reason").max_age(Duration::from_secs(1)))
        .operation(Operation::get("/soon").require(scope!("x")).max_age(Duration::ZERO))
        .operation(Operation::get("/t/{id}").require(own()))
        .operation(Operation::rpc("a.B/C").require(own()))
        .operation(Operation::get("/role").require(Requirement::role("nobody")))
        .operation(Operation::get("/duty").require(both))
        .operation(Operation::rpc("orders.Orders").require(scope!("x")))
        .operation(Operation::rpc("o-r.Orders/Get").require(scope!("x")))
        .build()
        .unwrap_err();
    insta::assert_snapshot!(error, @r#"
     /none: no method is named: write `methods = ["GET"]`, or those that there are
    GET orders: a path begins with a slash: write `/orders`
    GET /a//b: no request gets here: paths with empty or dot segments, backslashes, `;`, spaces or needless escapes are refused with 400; write it as a client sends it
    GET /a/:id: `:id` is another router's syntax: write `{id}`
    GET /a/*rest: `*rest` is another router's syntax: write `{*rest}`
    GET /a/{id: a parameter is a whole segment with a name in braces: `/orders/{id}`; a brace of the path itself is doubled
    GET /a/{*rest}/b: `{*rest}` takes all that follows: it stands at the end, behind a slash
    GET, POST /twice: it stands in the table already, as `GET /twice`, and only one of the rules could hold: keep one
    DELETE /o/{order}: `/o/{id}` is the same path with other names for its parameters: use one name in both rules
    GET /o/{*rest}: it overlaps `/o/{id}`: beside a `{*…}` no parameter can begin at the same place, in axum's router neither; begin one of them with a literal segment
    HEAD /twice: HEAD follows the GET of its path, by the same rule: leave it out
    GET /reason: it is public without a reason: write down why everybody may call it
    GET /age: it is public, so there is no token that could be too old: leave `max_age` out
    GET /soon: a `max_age` is whole seconds, one at least: a shorter one refuses every token
    GET /t/{id}: `{tenant}` is no parameter of its path: name one of the path, or take it out
    rpc a.B/C: `{tenant}` is no parameter of its path: name one of the path, or take it out
    GET /role: the role `nobody` is not declared: declare it with its scopes, an empty list will do, or mend its name
    GET /duty: nobody can meet it: it asks for roles that exclude each other
    rpc orders.Orders: a procedure is named by package, service and method: `orders.v1.Orders/GetOrder`
    rpc o-r.Orders/Get: a procedure is named by package, service and method: `orders.v1.Orders/GetOrder`
    "#);
}

#[test]
fn a_table_reads_as_it_was_written() {
    let policy = table()
        .access_model(roles(&["support"]))
        .operation(
            Operation::get("/orders/{id}")
                .require(Requirement::role("support") | Requirement::from(scope!("orders:read"))),
        )
        .operation(Operation::rpc("/a.B/C").require(scope!("x")).max_age(Duration::from_secs(60)).report_only())
        .operation(Operation::new(
            portcullis::policy::Target::http([Method::POST, Method::GET], "/p"),
            public("because"),
        ))
        .build()
        .unwrap();
    let rows: Vec<String> = policy.operations().map(ToString::to_string).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    GET /orders/{id}: role support | orders:read
    rpc a.B/C: x, issued within 60 s (report only)
    GET, POST /p: public: because
    ");
}

#[test]
fn roles_that_nobody_can_find_are_an_error_and_not_a_rule_that_never_holds() {
    let issuer = TestIssuer::new();
    let exclusive = AccessModel::builder().role("a", [""; 0]).role("b", [""; 0]).exclusive(["a", "b"]).build().unwrap();
    let blind = portcullis_tests::builder(&issuer, issuer.keys()).rules(|rules| rules.access_model(exclusive)).build();
    assert!(blind.unwrap_err().to_string().contains("roles_from"));
    let policy = table()
        .access_model(roles(&["support"]))
        .operation(Operation::get("/x").require(Requirement::role("support")))
        .build()
        .unwrap();
    let rules = |rules: portcullis::Rules| rules.access_model(policy.access_model().clone());
    let blind = portcullis_tests::builder(&issuer, issuer.keys()).rules(rules).build().unwrap();
    assert!(blind.enforce(&policy).unwrap_err().to_string().contains("roles_from"));
    assert!(authority(&issuer, &policy).enforce(&policy).is_ok());
}

/// A map that is empty when the layer is made says nothing of the issuers to come.
#[tokio::test]
async fn a_token_that_was_judged_by_another_model_is_a_fault_of_the_service() {
    let issuer = TestIssuer::new();
    let wide = AccessModel::builder().implies("orders:read", ["orders:delete"]).build().unwrap();
    let trust = portcullis::TrustMap::new();
    let authority = Authority::builder().trust(trust.clone()).realm("https://api.test").build().unwrap();
    let policy = table().operation(Operation::delete("/orders/{id}").require(scope!("orders:delete"))).build().unwrap();
    let layer = authority.enforce(&policy).unwrap();
    let rules = portcullis::Rules::new().access_model(wide);
    trust.insert(portcullis::Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap());
    let service =
        layer.layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))));
    let answer = service.oneshot(request("DELETE", "/orders/1", Some(&issuer.token("orders:read")))).await.unwrap();
    assert_eq!(answer.status(), 500);
}

#[tokio::test]
async fn a_preflight_passes_for_what_is_there_over_http_and_never_for_a_procedure() {
    let issuer = TestIssuer::new();
    let policy = policy();
    let authority = authority(&issuer, &policy);
    let layer = authority.enforce(&policy).unwrap().allow_preflight();
    let service = layer.layer(service_fn(async |request: Request<()>| {
        let marked = request.allowed().is_ok();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(if marked { "allowed" } else { "not judged" })))
    }));
    for (name, path, method, expected) in [
        ("an operation", "/orders/1", "DELETE", 200),
        ("another method", "/orders/1", "POST", 401),
        ("nothing there", "/nowhere", "GET", 401),
        ("a procedure", "/orders.v1.Orders/GetOrder", "POST", 401),
        ("an ambiguous path", "/x/../orders/1", "DELETE", 400),
    ] {
        let mut preflight = request("OPTIONS", path, None);
        preflight.headers_mut().insert("access-control-request-method", method.parse().unwrap());
        let answer = service.clone().oneshot(preflight).await.unwrap();
        assert_eq!(answer.status(), expected, "{name}");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(expected != 200 || body == "not judged", "{name}: no proof comes of it");
    }
}
