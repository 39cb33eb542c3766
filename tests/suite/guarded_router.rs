//! The router of axum whose routes cannot be had without a guard, over real sockets.

mod allowed;
mod faults;
mod nesting;
mod parameters;

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use portcullis::policy::{Access, Endpoint, Inventory, public};
use portcullis::{GuardedRequest as _, ProblemDetails};
use portcullis_axum::routing::{any, delete, get, get_service, head, options, patch, post, put};
use portcullis_axum::{GuardedRouter, MaybePrincipal, Principal, Require};
use portcullis_testing::TestIssuer;
use portcullis_tests::hosts::{Host, Reply};
use portcullis_tests::{ReadOrders, WriteOrders, authority};

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

async fn call(host: &Host, method: &str, path: &str, token: Option<&str>) -> Reply {
    let mut request = Request::builder().method(method).uri(path).body(Full::<Bytes>::default()).unwrap();
    if let Some(token) = token {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    host.connect().await.send(request).await.unwrap()
}

async fn status(host: &Host, method: &str, path: &str, token: Option<&str>) -> u16 {
    call(host, method, path, token).await.status
}

async fn text(host: &Host, path: &str, token: Option<&str>) -> String {
    String::from_utf8(call(host, "GET", path, token).await.body.to_vec()).unwrap()
}

/// Serves a router that is good.
async fn serve(router: GuardedRouter) -> (Host, Inventory) {
    let (app, inventory) = router.build().unwrap();
    (Host::axum(app).await, inventory)
}

/// A path of this pattern, `7` for each parameter.
fn a_path_of(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with('{') { "7" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Every method of every path of the inventory, and no other, is answered by a handler.
async fn assert_served(host: &Host, inventory: &Inventory, token: &str) {
    let mut patterns = BTreeSet::new();
    for (endpoint, _) in inventory.iter() {
        let Endpoint::Http { path, .. } = endpoint else { panic!("{endpoint}") };
        patterns.insert(path.clone());
    }
    assert!(!patterns.is_empty());
    for pattern in patterns {
        for method in METHODS {
            let listed = |method: &str| inventory.contains(&Endpoint::http(method.parse().unwrap(), pattern.clone()));
            let wanted = if listed(method) || (method == "HEAD" && listed("GET")) { 200 } else { 405 };
            let path = a_path_of(&pattern);
            assert_eq!(status(host, method, &path, Some(token)).await, wanted, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_method_asks_for_its_own_permission() {
    let issuer = TestIssuer::new();
    let handler = async || "served";
    let (host, inventory) = serve(
        GuardedRouter::new(&authority(&issuer))
            .route("/get", get(ReadOrders, handler))
            .route("/post", post(ReadOrders, handler))
            .route("/put", put(ReadOrders, handler))
            .route("/patch", patch(ReadOrders, handler))
            .route("/delete", delete(ReadOrders, handler))
            .route("/head", head(ReadOrders, handler))
            .route("/options", options(ReadOrders, handler))
            .route("/service", get_service(ReadOrders, handler.with_state(())))
            .route("/any", any(ReadOrders, handler))
            .route("/both", get(ReadOrders, handler).post(WriteOrders, handler))
            .route("/again", get(ReadOrders, handler))
            .route("/again", post(WriteOrders, handler)),
    )
    .await;
    let (reader, writer) = (issuer.token("orders:read"), issuer.token("orders:write"));
    for (endpoint, access) in inventory.iter() {
        let Endpoint::Http { method, path, .. } = endpoint else { panic!("{endpoint}") };
        let writes = access == [Access::from(WriteOrders)];
        let (right, wrong) = if writes { (&writer, &reader) } else { (&reader, &writer) };
        assert_eq!(status(&host, method, path, Some(right)).await, 200, "{endpoint}");
        assert_eq!(status(&host, method, path, Some(wrong)).await, 403, "{endpoint}");
        assert_eq!(status(&host, method, path, None).await, 401, "{endpoint}");
        assert_eq!(status(&host, method, path, Some("garbage")).await, 401, "{endpoint}");
    }
    assert_eq!(inventory.len(), 18);
    assert_served(&host, &inventory, &issuer.token("orders:read orders:write")).await;
}

#[tokio::test]
async fn head_follows_get_and_its_permission() {
    let issuer = TestIssuer::new();
    let (host, _) =
        serve(GuardedRouter::new(&authority(&issuer)).route("/orders", get(ReadOrders, async || "orders"))).await;
    let reply = call(&host, "HEAD", "/orders", Some(&issuer.token("orders:read"))).await;
    assert_eq!((reply.status, reply.header("content-length")), (200, Some("6")));
    assert_eq!(status(&host, "HEAD", "/orders", Some(&issuer.token("orders:write"))).await, 403);
    assert_eq!(status(&host, "HEAD", "/orders", None).await, 401);
}

#[tokio::test]
async fn what_is_not_there_is_told_only_to_who_proves_himself() {
    let issuer = TestIssuer::new();
    let (host, _) = serve(
        GuardedRouter::new(&authority(&issuer))
            .route("/orders", get(ReadOrders, async || "orders").post(WriteOrders, async || "written"))
            .route("/public", get(public("landing page, carries no data"), async || "welcome")),
    )
    .await;
    let token = issuer.token("");
    for (name, method, path, wanted, allow) in [
        ("a wrong method", "PUT", "/orders", 405, Some("GET,HEAD,POST")),
        ("a wrong method of a public path", "PUT", "/public", 405, Some("GET,HEAD")),
        ("an extension method", "PURGE", "/orders", 405, Some("GET,HEAD,POST")),
        ("an unknown path", "GET", "/unknown", 404, None),
        ("the root", "GET", "/", 404, None),
        ("a slash too many", "GET", "/orders/", 404, None),
    ] {
        let told = call(&host, method, path, Some(&token)).await;
        assert_eq!((told.status, told.header("allow")), (wanted, allow), "{name}");
        for (caller, token) in [("nobody", None), ("a forger", Some("garbage"))] {
            let refused = call(&host, method, path, token).await;
            assert_eq!((refused.status, refused.header("allow")), (401, None), "{name}: {caller}");
        }
    }
}

#[tokio::test]
async fn a_public_route_is_open_and_still_knows_who_calls() {
    let issuer = TestIssuer::new();
    let reason = "landing page, carries no data";
    let greet = async |MaybePrincipal(caller): MaybePrincipal| match caller {
        Some(caller) => caller.subject().unwrap().to_owned(),
        None => "nobody".to_owned(),
    };
    let (host, inventory) = serve(
        GuardedRouter::new(&authority(&issuer))
            .route("/public", get(public(reason), async || "welcome"))
            .route("/greet", get(public(reason), greet))
            .route("/stricter", get(public(reason), async |_: Require<ReadOrders>| "orders")),
    )
    .await;
    assert_eq!(status(&host, "GET", "/public", None).await, 200);
    assert_eq!(status(&host, "GET", "/public", Some("garbage")).await, 200, "nobody asks");
    assert_eq!(text(&host, "/greet", None).await, "nobody");
    assert_eq!(text(&host, "/greet", Some(&issuer.token(""))).await, "test-subject");
    assert_eq!(status(&host, "GET", "/greet", Some("garbage")).await, 401, "a bad token is not nobody");
    assert_eq!(status(&host, "GET", "/stricter", None).await, 401);
    assert_eq!(status(&host, "GET", "/stricter", Some(&issuer.token("orders:write"))).await, 403);
    assert_eq!(status(&host, "GET", "/stricter", Some(&issuer.token("orders:read"))).await, 200);
    assert!(inventory.iter().all(|(_, access)| access[0].reason() == Some(reason)));
}

#[tokio::test]
async fn a_route_refuses_tokens_older_than_it_says() {
    let issuer = TestIssuer::new();
    let fresh = Access::recent(ReadOrders, Duration::from_secs(60));
    let (host, _) =
        serve(GuardedRouter::new(&authority(&issuer)).route("/orders", delete(fresh, async || "gone"))).await;
    let aged = |age| issuer.mint().scope("orders:read").issued_ago(age).sign();
    assert_eq!(status(&host, "DELETE", "/orders", Some(&aged(10))).await, 200);
    let old = call(&host, "DELETE", "/orders", Some(&aged(300))).await;
    assert_eq!(old.verdict().error.as_deref(), Some("insufficient_user_authentication"));
    assert_eq!(old.status, 401);
}

#[tokio::test]
async fn handlers_have_their_state_and_the_proof_of_the_guard() {
    let issuer = TestIssuer::new();
    let orders = async |State(greeting): State<&'static str>, Principal(caller): Principal, _: Require<ReadOrders>| {
        format!("{greeting} {}", caller.subject().unwrap())
    };
    let stated = || GuardedRouter::<&'static str>::new(&authority(&issuer)).route("/orders", get(ReadOrders, orders));
    let token = issuer.token("orders:read");
    let (app, _) = stated().build().unwrap();
    let after = Host::axum(app.with_state("hello")).await;
    let (before, _) = serve(stated().with_state("hello")).await;
    for host in [after, before] {
        assert_eq!(text(&host, "/orders", Some(&token)).await, "hello test-subject");
        assert_eq!(status(&host, "GET", "/orders", None).await, 401);
    }
}

#[tokio::test]
async fn layers_on_the_router_stand_outside_of_the_guards_and_those_on_handlers_inside() {
    let issuer = TestIssuer::new();
    let tell = async |request: axum::extract::Request, next: Next| {
        let seen = if request.principal().is_ok() { "known" } else { "unknown" };
        let mut response = next.run(request).await;
        response.headers_mut().append("x-seen", seen.parse().unwrap());
        response
    };
    let inside = (async || "orders").layer(from_fn(tell));
    let (app, _) = GuardedRouter::new(&authority(&issuer)).route("/orders", get(ReadOrders, inside)).build().unwrap();
    let app: Router = app.layer(from_fn(tell));
    let host = Host::axum(app).await;
    let seen = |reply: &Reply| reply.headers.get_all("x-seen").iter().cloned().collect::<Vec<_>>();
    let passed = call(&host, "GET", "/orders", Some(&issuer.token("orders:read"))).await;
    assert_eq!((passed.status, seen(&passed)), (200, vec!["known".parse().unwrap(), "unknown".parse().unwrap()]));
    for (method, path) in [("GET", "/orders"), ("PUT", "/orders"), ("GET", "/unknown")] {
        let refused = call(&host, method, path, None).await;
        assert_eq!((refused.status, seen(&refused)), (401, vec!["unknown".parse().unwrap()]), "{method} {path}");
    }
}

#[tokio::test]
async fn refusals_read_as_the_responder_of_the_router_says() {
    let issuer = TestIssuer::new();
    let tenant = portcullis::Requirement::claim_is_parameter("tenant", "tenant");
    let (host, _) = serve(
        GuardedRouter::new(&authority(&issuer))
            .route("/orders", get(ReadOrders, async || "orders"))
            .route("/t/{tenant}", get(tenant, async || "orders"))
            .responder(ProblemDetails),
    )
    .await;
    let token = issuer.token("orders:write");
    for (name, method, path, token, kind) in [
        ("without a token", "GET", "/orders", None, "missing_credential"),
        ("without the scope", "GET", "/orders", Some(&token), "insufficient_scope"),
        ("of another object", "GET", "/t/acme", Some(&token), "wrong_resource"),
        ("a wrong method", "PUT", "/orders", None, "missing_credential"),
        ("an unknown path", "GET", "/unknown", None, "missing_credential"),
    ] {
        let reply = call(&host, method, path, token.map(String::as_str)).await;
        let problem: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(problem["kind"], kind, "{name}");
    }
}

#[tokio::test]
async fn a_router_without_routes_lets_nobody_in() {
    let issuer = TestIssuer::new();
    let (host, inventory) = serve(GuardedRouter::new(&authority(&issuer))).await;
    assert!(inventory.is_empty());
    for method in METHODS.map(|method| Method::from_bytes(method.as_bytes()).unwrap()) {
        assert_eq!(status(&host, method.as_str(), "/", None).await, 401, "{method}");
    }
}
