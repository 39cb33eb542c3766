//! Nested and merged routers: what they ask for stays what it is, and the inventory knows where they are.

use axum::Router;
use axum::extract::rejection::NestedPathRejection;
use axum::extract::{NestedPath, Request};
use portcullis::policy::public;
use portcullis_axum::GuardedRouter;
use portcullis_axum::routing::{get, post, put};
use portcullis_testing::TestIssuer;
use portcullis_tests::hosts::Host;
use portcullis_tests::{ReadOrders, WriteOrders, authority};

use super::{assert_served, serve, status, text};

/// What a handler sees of its path.
async fn path(nested: Result<NestedPath, NestedPathRejection>, request: Request) -> String {
    format!("{} in {}", request.uri().path(), nested.as_ref().map_or("none", NestedPath::as_str))
}

#[tokio::test]
async fn the_inventory_joins_paths_as_axum_serves_them() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let handler = async || "served";
    let inner = || {
        GuardedRouter::new(&authority)
            .route("/", get(ReadOrders, handler))
            .route("/orders", get(ReadOrders, handler).post(WriteOrders, handler))
            .route("/slash/", get(ReadOrders, handler))
            .route("/{id}/lines", get(ReadOrders, handler))
            .route("/files/{*rest}", get(ReadOrders, handler))
    };
    let deep = GuardedRouter::new(&authority).route("/top", get(ReadOrders, handler)).nest("/v2", inner());
    let (host, inventory) = serve(
        GuardedRouter::new(&authority)
            .route("/", get(public("landing page, carries no data"), handler))
            .route("/admin/more", get(ReadOrders, handler))
            .route("/admin/orders", put(WriteOrders, handler))
            .nest("/admin", inner())
            .nest("/slashed/", inner())
            .nest("/t/{tenant}", inner())
            .nest("/deep", deep)
            .merge(GuardedRouter::new(&authority).route("/merged", get(ReadOrders, handler)).nest("/also", inner()))
            .nest("/admin", GuardedRouter::new(&authority).route("/other", post(WriteOrders, handler))),
    )
    .await;
    let listed = inventory.to_string();
    for line in [
        "GET /",
        "GET /admin",
        "GET /admin/orders",
        "PUT /admin/orders",
        "POST /admin/other",
        "GET /admin/slash/",
        "GET /slashed/",
        "GET /slashed/orders",
        "GET /t/{tenant}/{id}/lines",
        "GET /deep/top",
        "GET /deep/v2",
        "POST /deep/v2/orders",
        "GET /also/files/{*rest}",
        "GET /merged",
    ] {
        assert!(listed.lines().any(|known| known == line), "{line}");
    }
    assert_served(&host, &inventory, &issuer.token("orders:read orders:write")).await;
    for path in ["/admin/", "/slashed", "/deep", "/t", "/top"] {
        assert_eq!(status(&host, "GET", path, Some(&issuer.token("orders:read"))).await, 404, "{path}");
        assert_eq!(status(&host, "GET", path, None).await, 401, "{path}");
    }
    for (endpoint, access) in inventory.iter() {
        let portcullis::policy::Endpoint::Http { method, path, .. } = endpoint else { panic!("{endpoint}") };
        let path = super::a_path_of(path);
        let wanted = if access[0].reason().is_some() { [200, 200] } else { [401, 403] };
        let got = [
            status(&host, method, &path, None).await,
            status(&host, method, &path, Some(&issuer.token("other"))).await,
        ];
        assert_eq!(got, wanted, "{endpoint}");
    }
}

#[tokio::test]
async fn handlers_see_what_they_see_in_a_nested_router_of_axum() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let inner = GuardedRouter::new(&authority).route("/x", get(ReadOrders, path));
    let middle = GuardedRouter::new(&authority).route("/y", get(ReadOrders, path)).nest("/b", inner);
    let (guarded, _) =
        serve(GuardedRouter::new(&authority).route("/z", get(ReadOrders, path)).nest("/a", middle)).await;

    let inner = Router::new().route("/x", axum::routing::get(path));
    let middle = Router::new().route("/y", axum::routing::get(path)).nest("/b", inner);
    let plain = Host::axum(Router::new().route("/z", axum::routing::get(path)).nest("/a", middle)).await;

    for path in ["/z", "/a/y", "/a/b/x"] {
        let seen = text(&guarded, path, Some(&issuer.token("orders:read"))).await;
        assert_eq!(seen, text(&plain, path, None).await, "{path}");
    }
}

#[tokio::test]
async fn each_router_keeps_its_authority() {
    let (issuer, partner) = (TestIssuer::new(), TestIssuer::new().named("https://partner.test", "https://api.test"));
    let (ours, theirs) = (authority(&issuer), authority(&partner));
    let handler = async || "served";
    let (host, _) = serve(
        GuardedRouter::new(&ours)
            .route("/orders", get(ReadOrders, handler))
            .nest("/partner", GuardedRouter::new(&theirs).route("/orders", get(ReadOrders, handler)))
            .merge(GuardedRouter::new(&theirs).route("/orders", post(ReadOrders, handler))),
    )
    .await;
    let (our, their) = (issuer.token("orders:read"), partner.token("orders:read"));
    for (method, path, token, wanted) in [
        ("GET", "/orders", &our, 200),
        ("GET", "/orders", &their, 401),
        ("POST", "/orders", &their, 200),
        ("POST", "/orders", &our, 401),
        ("GET", "/partner/orders", &their, 200),
        ("GET", "/partner/orders", &our, 401),
        ("PUT", "/orders", &our, 405),
        ("PUT", "/orders", &their, 401),
        ("PUT", "/partner/orders", &their, 405),
        ("GET", "/unknown", &our, 404),
        ("GET", "/unknown", &their, 401),
    ] {
        assert_eq!(status(&host, method, path, Some(token)).await, wanted, "{method} {path}");
    }
}
