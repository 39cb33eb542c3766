//! Requirements that name a parameter of the path.

use axum::Router;
use axum::extract::Path;
use portcullis::Requirement;
use portcullis_axum::GuardedRouter;
use portcullis_axum::routing::get;
use portcullis_testing::TestIssuer;
use portcullis_tests::authority;
use portcullis_tests::hosts::Host;

use super::{call, serve, status, text};

fn own_tenant() -> Requirement {
    Requirement::scope("orders:read").unwrap() & Requirement::claim_is_parameter("tenant", "tenant")
}

#[tokio::test]
async fn a_claim_is_compared_with_the_value_that_the_handler_gets() {
    let issuer = TestIssuer::new();
    let handler = async |Path(tenant): Path<String>| tenant;
    let (host, _) =
        serve(GuardedRouter::new(&authority(&issuer)).route("/t/{tenant}/orders", get(own_tenant(), handler))).await;
    let of = |tenant: &str| issuer.mint().scope("orders:read").claim("tenant", tenant).sign();
    for (name, path, tenant, wanted) in [
        ("its own", "/t/acme/orders", "acme", 200),
        ("another's", "/t/acme/orders", "evil", 403),
        ("escaped, its own", "/t/caf%C3%A9/orders", "café", 200),
        ("escaped, as it stands", "/t/caf%C3%A9/orders", "caf%C3%A9", 403),
        ("of a slash, its own", "/t/a%2Fb/orders", "a/b", 200),
        ("of a slash, half", "/t/a%2Fb/orders", "a", 403),
        ("no UTF-8", "/t/%FF/orders", "acme", 400),
    ] {
        assert_eq!(status(&host, "GET", path, Some(&of(tenant))).await, wanted, "{name}");
        assert_eq!(status(&host, "GET", path, None).await, 401, "{name}");
    }
    assert_eq!(text(&host, "/t/a%2Fb/orders", Some(&of("a/b"))).await, "a/b");
    let without = issuer.mint().claim("tenant", "acme").sign();
    let refused = call(&host, "GET", "/t/acme/orders", Some(&without)).await;
    assert_eq!(refused.verdict().error.as_deref(), Some("insufficient_scope"));
}

#[tokio::test]
async fn a_scope_is_that_of_the_object_in_the_path() {
    let issuer = TestIssuer::new();
    let this_order = Requirement::scope_of("orders:{id}:read").unwrap();
    let (host, _) =
        serve(GuardedRouter::new(&authority(&issuer)).route("/orders/{id}", get(this_order, async || "order"))).await;
    assert_eq!(status(&host, "GET", "/orders/42", Some(&issuer.token("orders:42:read"))).await, 200);
    let refused = call(&host, "GET", "/orders/43", Some(&issuer.token("orders:42:read"))).await;
    assert_eq!(refused.status, 403);
    assert!(refused.header("www-authenticate").unwrap().contains("scope=\"orders:43:read\""));
}

#[tokio::test]
async fn the_parameters_of_a_prefix_count() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let orders: GuardedRouter = GuardedRouter::new(&authority).route("/orders", get(own_tenant(), async || "orders"));
    assert!(orders.build().is_err(), "by itself, its path has no such parameter");
    let orders = GuardedRouter::new(&authority).route("/orders", get(own_tenant(), async || "orders"));
    let (host, _) = serve(GuardedRouter::new(&authority).nest("/t/{tenant}", orders)).await;
    let token = issuer.mint().scope("orders:read").claim("tenant", "acme").sign();
    assert_eq!(status(&host, "GET", "/t/acme/orders", Some(&token)).await, 200);
    assert_eq!(status(&host, "GET", "/t/evil/orders", Some(&token)).await, 403);
}

/// Which of them the handler reads hangs on how it asks.
#[tokio::test]
async fn a_name_that_stands_twice_in_the_path_is_nobodys() {
    let issuer = TestIssuer::new();
    let (guarded, _) = GuardedRouter::new(&authority(&issuer))
        .route("/{tenant}/orders", get(own_tenant(), async || "orders"))
        .build()
        .unwrap();
    let host = Host::axum(Router::new().nest_service("/t/{tenant}", guarded)).await;
    let token = issuer.mint().scope("orders:read").claim("tenant", "acme").sign();
    for path in ["/t/acme/evil/orders", "/t/evil/acme/orders", "/t/acme/acme/orders"] {
        assert_eq!(status(&host, "GET", path, Some(&token)).await, 403, "{path}");
    }
}
