//! The extractor of what a policy let through.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use portcullis::policy::{Operation, Policy};
use portcullis::scope;
use portcullis_axum::{Allowed, GuardedRouter, MaybePrincipal, Require};
use portcullis_testing::TestIssuer;
use portcullis_tests::hosts::Host;
use portcullis_tests::{ReadOrders, authority};

use super::{serve, status, text};

async fn tell(Allowed(by): Allowed) -> String {
    let caller = by.principal().and_then(|caller| caller.subject()).unwrap_or("nobody");
    format!("{caller} by {}", by.operation().unwrap().target())
}

fn policy() -> Policy {
    Policy::builder()
        .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
        .operation(Operation::get("/public").public("landing page, carries no data"))
        .build()
        .unwrap()
}

fn app() -> Router {
    Router::new().route("/orders/{id}", get(tell)).route("/public", get(tell))
}

#[tokio::test]
async fn allowed_names_the_rule_and_the_caller() {
    let issuer = TestIssuer::new();
    let host = Host::axum(app().layer(authority(&issuer).enforce(&policy()).unwrap())).await;
    let token = issuer.token("orders:read");
    assert_eq!(text(&host, "/orders/7", Some(&token)).await, "test-subject by GET /orders/{id}");
    assert_eq!(status(&host, "GET", "/orders/7", None).await, 401);
    assert_eq!(text(&host, "/public", None).await, "nobody by GET /public");
    assert_eq!(text(&host, "/public", Some(&token)).await, "test-subject by GET /public");
    assert_eq!(status(&host, "GET", "/public", Some("garbage")).await, 401, "who asks is told of a bad token");
}

#[tokio::test]
async fn allowed_is_there_whatever_is_extracted_before_it() {
    let issuer = TestIssuer::new();
    let after = async |MaybePrincipal(caller): MaybePrincipal, Allowed(by): Allowed| {
        assert_eq!(caller.is_some(), by.principal().is_some());
        by.operation().unwrap().target().to_string()
    };
    let app = Router::new().route("/public", get(after)).layer(authority(&issuer).enforce(&policy()).unwrap());
    let host = Host::axum(app).await;
    assert_eq!(text(&host, "/public", None).await, "GET /public");
    assert_eq!(text(&host, "/public", Some(&issuer.token(""))).await, "GET /public");
}

#[tokio::test]
async fn allowed_is_there_whatever_layer_stands_between() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let optional = Router::new().route("/public", get(tell)).layer(authority.authenticate().optional());
    let strict = Router::new().route("/public", get(tell)).layer(authority.require(ReadOrders));
    let token = issuer.token("orders:read");
    for (name, app, caller) in [
        ("nobody", optional.clone(), None),
        ("a caller who may stay away", optional, Some(&token)),
        ("a caller", strict, Some(&token)),
    ] {
        let host = Host::axum(app.layer(authority.enforce(&policy()).unwrap())).await;
        let who = if caller.is_some() { "test-subject" } else { "nobody" };
        let told = text(&host, "/public", caller.map(String::as_str)).await;
        assert_eq!(told, format!("{who} by GET /public"), "{name}");
    }
}

#[tokio::test]
async fn allowed_is_an_error_of_the_service_where_no_policy_passed_the_request() {
    let issuer = TestIssuer::new();
    let token = issuer.token("orders:read");
    let bare = Host::axum(app()).await;
    let authenticated = Host::axum(app().layer(authority(&issuer).authenticate())).await;
    let routes = GuardedRouter::new(&authority(&issuer));
    let routes = routes.route("/orders/{id}", portcullis_axum::routing::get(ReadOrders, tell));
    let (guarded, _) = serve(routes).await;
    for (name, host) in [("no layer", bare), ("another layer", authenticated), ("a guarded router", guarded)] {
        assert_eq!(status(&host, "GET", "/orders/7", Some(&token)).await, 500, "{name}");
    }
}

/// A middleware that puts another credential in place gets no more out of the proof.
#[tokio::test]
async fn allowed_is_of_the_caller_that_was_judged() {
    let issuer = TestIssuer::new();
    let other = issuer.mint().subject("other").scope("orders:read").sign();
    let swap = move |mut request: Request, next: Next| {
        let other = format!("Bearer {other}").parse().unwrap();
        request.headers_mut().insert("authorization", other);
        next.run(request)
    };
    let after = async |_: Require<ReadOrders>, Allowed(by): Allowed| by.operation().unwrap().target().to_string();
    for (name, route) in [("alone", get(tell)), ("behind another extractor", get(after))] {
        let app = Router::new().route("/orders/{id}", route).layer(from_fn(swap.clone()));
        let host = Host::axum(app.layer(authority(&issuer).enforce(&policy()).unwrap())).await;
        assert_eq!(status(&host, "GET", "/orders/7", Some(&issuer.token("orders:read"))).await, 500, "{name}");
    }
}
