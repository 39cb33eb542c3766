//! Two protected services, as anybody would build them: orders over HTTP and gRPC, and stock. Each has the layers of Portcullis around
//! it, one by one so that the page can show which of them decides; `authority.enforce(&policy)` alone would do the same.

pub(crate) mod catalog;
mod http;
mod orders;
pub(crate) mod rpc;
mod stock;
pub(crate) mod way;

use axum::Router;
use axum::middleware::{from_fn, map_request};
use axum::routing::{delete, get};
use portcullis::policy::{Audit, Inventory, Policy, PolicyFile};
use portcullis::{Authority, MemoryRevocations, ProblemDetails, SetupError};
use portcullis_jwks::RemoteKeys;
use serde::Deserialize;
use std::time::Duration;
use tonic_web::GrpcWebLayer;
use tower::Layer;

use super::people;
use crate::failure::Failure;
use rpc::{OrdersServer, Rpc};
use way::{Station, Way};

/// The `aud` of the order service. Nobody has such a name: RFC 2606 keeps it free.
pub(crate) const ORDERS: &str = "https://orders.demo.invalid";
/// The `aud` of the stock service.
pub(crate) const STOCK: &str = "https://stock.demo.invalid";

/// The route that nobody wrote a rule for.
pub(crate) const FORGOTTEN: &str = "GET /debug/customers";

/// What the routers serve. One route is there that somebody forgot to write a rule for.
const INVENTORY: &str = "\
GET /orders
POST /orders
DELETE /orders/{id}
GET /reports
GET /debug/customers
GET /stock/{item}
rpc demo.v1.Orders/GetOrder
rpc demo.v1.Orders/PlaceOrder
rpc demo.v1.Orders/RefundOrder
";

/// The table of both services.
pub(crate) fn policy() -> Result<Policy, Failure> {
    let file = PolicyFile::parse(include_str!("policy.toml")).map_err(|error| Failure::new("the policy", error))?;
    Ok(file.policy().clone())
}

/// What the table says of what is served.
pub(crate) fn audit(policy: &Policy) -> Result<Audit, Failure> {
    let inventory: Inventory = INVENTORY.parse().map_err(|error| Failure::new("the inventory", error))?;
    Ok(policy.audit(&inventory))
}

/// What a handler could read of its caller: the claims extraction layer decodes it, once.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is here to be decoded: a token without these claims stops at that layer")]
struct Caller {
    sub: String,
    desk: String,
}

/// Whom the services trust, and by which keys.
#[derive(Clone, Debug)]
pub(crate) struct Trusted {
    pub(crate) issuer: String,
    /// Fetched from the issuer, over HTTP.
    pub(crate) keys: RemoteKeys,
    pub(crate) revoked: MemoryRevocations,
}

impl Trusted {
    fn authority(&self, audience: &str, policy: &Policy) -> Result<Authority, SetupError> {
        Authority::builder()
            .issuer(&self.issuer)
            .audience(audience)
            .keys(self.keys.clone())
            .rules(|rules| {
                rules
                    .rfc9068_profile()
                    .max_lifetime(Duration::from_secs(5 * 60))
                    // One machine, one clock; and nobody who watches a token expire wants to wait half a minute more.
                    .leeway(Duration::ZERO)
                    .roles_from(["roles"])
                    .access_model(policy.access_model().clone())
                    .revocations(self.revoked.clone())
            })
            .build()
    }
}

/// Both services. Whatever else is asked for finds no rule.
pub(crate) fn app(trusted: &Trusted, policy: &Policy) -> Result<Router, SetupError> {
    let orders = guarded(orders(&trusted.issuer), &trusted.authority(ORDERS, policy)?, policy)?;
    let stock = guarded(stock::routes(), &trusted.authority(STOCK, policy)?, policy)?;
    // Whatever is on neither goes to the fallback that orders have of their own, behind their layers.
    Ok(orders.merge(stock))
}

/// The routes of the order service, without their layers.
fn orders(issuer: &str) -> Router {
    let store = orders::Orders::placed_by(issuer, &[people::ALICE, people::BOB]);
    let rpc = GrpcWebLayer::new().layer(OrdersServer::new(Rpc(store.clone())));
    Router::new()
        .route("/orders", get(http::list).post(http::place))
        .route("/orders/{id}", delete(http::cancel))
        .route("/reports", get(http::report))
        .route("/debug/customers", get(http::forgotten))
        .route_service("/demo.v1.Orders/{method}", rpc)
        .fallback(async || axum::http::StatusCode::NOT_FOUND)
        .with_state(store)
}

/// The layers of Portcullis, the innermost first, with a mark behind each.
fn guarded(routes: Router, authority: &Authority, policy: &Policy) -> Result<Router, SetupError> {
    Ok(routes
        .layer(map_request(Way::mark(Station::Claims)))
        .layer(authority.extract_claims::<Caller>().responder(ProblemDetails))
        .layer(map_request(Way::mark(Station::Permission)))
        .layer(authority.enforce(policy)?.responder(ProblemDetails))
        .layer(map_request(Way::mark(Station::Expiry)))
        .layer(authority.enforce_expiry().responder(ProblemDetails))
        .layer(map_request(Way::mark(Station::Signature)))
        .layer(authority.verify_signature().responder(ProblemDetails))
        .layer(from_fn(way::tell)))
}

#[cfg(test)]
mod tests {
    use ::http::{Request, StatusCode, Version};
    use axum::body::Body;
    use tower::ServiceExt;

    use super::*;

    /// The audit is as good as the list that it is given.
    #[tokio::test]
    async fn the_inventory_is_what_the_routers_serve() {
        let routes = orders("https://id.test").merge(stock::routes());
        let asked = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).version(Version::HTTP_2);
            let request = request.header("content-type", "application/grpc");
            let request = request.body(Body::from(vec![0; 5])).unwrap();
            let routes = routes.clone();
            async move {
                let response = routes.oneshot(request).await.unwrap();
                // What is there asks for a layer, and there is none; but for the route that somebody forgot.
                let code = response.headers().get("grpc-status").map(|code| code.to_str().unwrap().to_owned());
                (response.status(), code)
            }
        };
        for line in INVENTORY.lines() {
            let (method, path) = match line.split_once(' ').unwrap() {
                ("rpc", name) => ("POST", format!("/{name}")),
                (method, path) => (method, path.replace("{id}", "1").replace("{item}", "x")),
            };
            let (status, code) = asked(method, &path).await;
            assert!(![StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&status), "{line}: {status}");
            assert_ne!(code.as_deref(), Some("12"), "{line}");
        }
        assert_eq!(INVENTORY.lines().count(), 9, "count the routes in `orders` and `stock::routes`");
        assert_eq!(asked("GET", "/debug/customers").await.0, StatusCode::OK, "it answers whoever gets to it");
        assert_eq!(asked("GET", "/nowhere").await.0, StatusCode::NOT_FOUND);
        assert_eq!(asked("POST", "/demo.v1.Orders/Nothing").await.1.as_deref(), Some("12"));
    }
}
