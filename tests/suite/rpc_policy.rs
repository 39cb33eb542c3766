//! Per-method rules of gRPC: options of the proto, the layer in front of a server, annotations beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use portcullis::policy::{Access, Endpoint, Inventory, Operation, Policy};
use portcullis::{AccessModel, Authority};
use portcullis_testing::TestIssuer;
use portcullis_tests::builder;
use portcullis_tests::grpc::{Open, OrdersClient, OrdersServer};
use portcullis_tests::hosts::Host;
use portcullis_tonic::Descriptors;
use tonic::Code;
use tonic::server::NamedService;
use tonic::transport::Server;
use tower::util::MapRequestLayer;

mod annotations;
mod sets;

use sets::{ORDERS, PUBLIC, orders, set_of};

/// A server with these options on its methods, in front of a count of the requests that got through.
struct Guarded {
    host: Host,
    passed: Arc<AtomicUsize>,
}

fn model() -> AccessModel {
    AccessModel::builder().role("support", ["tickets:read"]).build().unwrap()
}

fn authority(issuer: &TestIssuer) -> Authority {
    let rules = |rules: portcullis::Rules| rules.roles_from(["roles"]).access_model(model());
    builder(issuer, issuer.keys()).rules(rules).build().unwrap()
}

impl Guarded {
    async fn new(issuer: &TestIssuer, set: &[u8], more: impl IntoIterator<Item = Operation>) -> Self {
        let descriptors = Descriptors::decode(set).unwrap();
        let rows = descriptors.operations().unwrap();
        let policy = Policy::builder().access_model(model()).operations(rows).operations(more).build().unwrap();
        let layer = authority(issuer).enforce(&policy).unwrap().serving(&descriptors.inventory());
        let passed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&passed);
        let inner = MapRequestLayer::new(move |request: Request<tonic::body::Body>| {
            count.fetch_add(1, Ordering::Relaxed);
            request
        });
        let host = Host::tonic(|incoming| {
            let mut server = Server::builder().layer(layer).layer(inner);
            server.add_service(OrdersServer::new(Open)).add_service(Health).serve_with_incoming(incoming)
        });
        Self { host: host.await, passed }
    }

    /// What a call comes to, and whether it got behind the layer.
    async fn call(&self, path: &str, token: Option<&str>) -> (Code, bool) {
        let before = self.passed.load(Ordering::Relaxed);
        let authorization: Vec<_> = token.map(|token| format!("Bearer {token}").into_bytes()).into_iter().collect();
        let reply = self.host.connect().await.ask(path, &authorization).await.unwrap();
        let code = reply.header("grpc-status").map(str::to_owned);
        let code = code.unwrap_or_else(|| reply.trailers.unwrap()["grpc-status"].to_str().unwrap().to_owned());
        (Code::from_bytes(code.as_bytes()), self.passed.load(Ordering::Relaxed) > before)
    }
}

/// A health service that is always well.
#[derive(Clone)]
struct Health;

impl NamedService for Health {
    const NAME: &'static str = "grpc.health.v1.Health";
}

impl tower::Service<Request<tonic::body::Body>> for Health {
    type Response = http::Response<tonic::body::Body>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<tonic::body::Body>) -> Self::Future {
        std::future::ready(Ok(tonic::Status::ok("").into_http()))
    }
}

const GET: &str = "/test.Orders/Get";

#[tokio::test]
async fn each_form_of_the_option_lets_through_and_refuses() {
    let issuer = TestIssuer::new();
    let scope = |scope: &str| issuer.mint().scope(scope);
    for (name, option, allowed, refused) in [
        ("scope", r#"scope: "orders:read""#, scope("x orders:read"), scope("orders:write")),
        ("all", r#"all: ["a", "b"]"#, scope("b a"), scope("a")),
        ("all of one", r#"all: ["a"]"#, scope("a"), scope("b")),
        ("any", r#"any: ["a", "b"]"#, scope("b"), scope("c")),
        ("role", r#"role: "support""#, scope("").claim("roles", ["support"].as_slice()), scope("support")),
        ("max_age", r#"scope: "a" max_age: "1m""#, scope("a"), scope("a").issued_ago(300)),
        ("a doubled brace", r#"scope: "a{{b}}""#, scope("a{b}"), scope("a{{b}}")),
    ] {
        let server = Guarded::new(&issuer, &orders([option, PUBLIC, PUBLIC, PUBLIC]), []).await;
        let too_old = if name == "max_age" { Code::Unauthenticated } else { Code::PermissionDenied };
        assert_eq!(server.call(GET, Some(&allowed.sign())).await, (Code::Ok, true), "{name}");
        assert_eq!(server.call(GET, Some(&refused.sign())).await, (too_old, false), "{name}");
        assert_eq!(server.call(GET, None).await, (Code::Unauthenticated, false), "{name}");
    }
}

#[tokio::test]
async fn a_method_that_only_reports_lets_everybody_through_who_proves_itself() {
    let issuer = TestIssuer::new();
    let server = Guarded::new(&issuer, &orders([r#"scope: "a" report_only: true"#, PUBLIC, PUBLIC, PUBLIC]), []).await;
    assert_eq!(server.call(GET, Some(&issuer.token("b"))).await, (Code::Ok, true));
    assert_eq!(server.call(GET, Some(&TestIssuer::new().token("a"))).await, (Code::Unauthenticated, false));
    assert_eq!(server.call(GET, None).await, (Code::Unauthenticated, false));
}

#[tokio::test]
async fn a_public_method_is_open_whatever_the_call_carries() {
    let issuer = TestIssuer::new();
    let server = Guarded::new(&issuer, &orders([PUBLIC, r#"scope: "a""#, PUBLIC, PUBLIC]), []).await;
    for token in [None, Some("nonsense".to_owned()), Some(TestIssuer::new().token("a")), Some(issuer.token(""))] {
        assert_eq!(server.call(GET, token.as_deref()).await, (Code::Ok, true), "{token:?}");
    }
    assert_eq!(server.call("/test.Orders/Watch", None).await, (Code::Unauthenticated, false), "its neighbour");
}

#[tokio::test]
async fn an_unknown_method_is_unauthenticated_without_and_unimplemented_with_a_token() {
    let issuer = TestIssuer::new();
    let server = Guarded::new(&issuer, &orders([PUBLIC; 4]), []).await;
    let token = issuer.token("a");
    for path in ["/test.Orders/Nothing", "/test.Orders/get", "/test.Orders/Get/", "/test.v2.Orders/Get", "/"] {
        assert_eq!(server.call(path, None).await, (Code::Unauthenticated, false), "{path}");
        assert_eq!(server.call(path, Some(&token)).await, (Code::Unimplemented, false), "{path}");
    }
}

#[tokio::test]
async fn health_and_reflection_are_closed_until_the_policy_opens_them() {
    const HEALTH: &str = "/grpc.health.v1.Health/Check";
    const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let issuer = TestIssuer::new();
    let token = issuer.token("orders:read");
    let closed = Guarded::new(&issuer, &orders([PUBLIC; 4]), []).await;
    for path in [HEALTH, "/grpc.health.v1.Health/Watch", REFLECTION] {
        assert_eq!(closed.call(path, None).await, (Code::Unauthenticated, false), "{path}");
        assert_eq!(closed.call(path, Some(&token)).await, (Code::Unimplemented, false), "{path}");
    }
    let health = Operation::rpc(HEALTH).public("the load balancer asks without a token");
    let open = Guarded::new(&issuer, &orders([PUBLIC; 4]), [health]).await;
    assert_eq!(open.call(HEALTH, None).await, (Code::Ok, true));
    assert_eq!(open.call("/grpc.health.v1.Health/Watch", None).await, (Code::Unauthenticated, false), "its neighbour");
    assert_eq!(open.call(REFLECTION, None).await, (Code::Unauthenticated, false));
}

/// Streams of the client that never send anything: who waited for a message would hang.
#[tokio::test]
async fn every_kind_of_call_is_decided_before_the_first_message() {
    let issuer = TestIssuer::new();
    let options = [r#"scope: "a""#, r#"all: ["a", "b"]"#, r#"any: ["a", "c"]"#, r#"scope: "a""#];
    let server = Guarded::new(&issuer, &orders(options), []).await;
    let mut client = OrdersClient::new(server.host.channel().await);
    for (token, wanted) in [
        (None, [Code::Unauthenticated; 4]),
        (Some("b"), [Code::PermissionDenied; 4]),
        (Some("c"), [Code::PermissionDenied, Code::PermissionDenied, Code::Ok, Code::PermissionDenied]),
        (Some("a"), [Code::Ok, Code::PermissionDenied, Code::Ok, Code::Ok]),
        (Some("a b"), [Code::Ok; 4]),
    ] {
        let token = token.map(|scopes| issuer.token(scopes));
        let came =
            client.call_each(token.as_deref()).await.map(|(_, came)| came.map_or_else(|no| no.code(), |()| Code::Ok));
        assert_eq!(came, wanted, "{token:?}");
    }
}

#[test]
fn the_inventory_has_every_method_and_what_it_asks() {
    let set = orders([r#"scope: "a" max_age: "2m""#, r#"any: ["a", "b"]"#, r#"role: "support""#, PUBLIC]);
    let inventory = Descriptors::decode(&set).unwrap().inventory();
    let rows: Vec<_> = inventory.iter().map(|(endpoint, access)| format!("{endpoint}: {}", access[0])).collect();
    assert_eq!(
        rows,
        [
            "rpc test.Orders/Chat: public: a test",
            "rpc test.Orders/Get: a, issued within 120 s",
            "rpc test.Orders/Upload: role support",
            "rpc test.Orders/Watch: a | b",
        ]
    );
}

#[test]
fn only_the_chosen_services_count() {
    let proto = format!(
        "{ORDERS} {{ rpc Get(Nothing) returns (Nothing) {{ option (portcullis.v1.require) = {{ scope: \"a\" }}; }} }} \
         service Others {{ rpc Get(Nothing) returns (Nothing); }}"
    );
    let descriptors = Descriptors::decode(&set_of(&proto)).unwrap();
    let error = descriptors.operations().unwrap_err().to_string();
    assert!(error.starts_with("rpc test.Others/Get: ") && !error.contains("test.Orders/Get"), "{error}");
    assert_eq!(descriptors.inventory().len(), 2, "what it serves, faulty or not");

    let chosen = descriptors.clone().services(["test.Orders"]).unwrap();
    let operations = chosen.operations().unwrap();
    assert_eq!(operations.iter().map(Operation::to_string).collect::<Vec<_>>(), ["rpc test.Orders/Get: a"]);
    assert_eq!(
        chosen.inventory(),
        Inventory::new().with(Endpoint::rpc("test.Orders/Get"), Some(Access::from(portcullis::scope!("a"))),)
    );

    let error = descriptors.services(["test.Orders", "Orders", "x"]).unwrap_err();
    let faults: Vec<_> = error.faults().collect();
    assert_eq!(
        faults,
        [
            "`Orders` is no service of the descriptor set: it has `test.Orders`, `test.Others`",
            "`x` is no service of the descriptor set: it has `test.Orders`, `test.Others`",
        ]
    );
}
