//! What the hosts add: axum's extractors and routes, tonic's services, interceptors and streams.

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::routing::{MethodRouter, get};
use http::{Method, Request, Response};
use portcullis::{Authority, Denied, DeniedKind, GuardedRequest, Head};
use portcullis_axum::{Claims, FromState, MaybePrincipal, Principal, Require};
use portcullis_testing::TestIssuer;
use portcullis_tests::grpc::{Open, Orders, OrdersClient, OrdersServer};
use portcullis_tests::hosts::{Host, show_kind};
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::{ReadOrders, WriteOrders, authority, builder};
use portcullis_tonic::RequestExt as _;
use tonic::service::{InterceptorLayer, LayerExt as _};
use tonic::transport::Server;
use tonic::{Code, Status, Streaming};
use tower::{ServiceBuilder, ServiceExt};

fn ask(method: Method, path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    if let Some(token) = token {
        request.headers_mut().insert("authorization", super::bearer(token));
    }
    request
}

async fn answer(app: &Router, method: Method, path: &str, token: Option<&str>) -> Response<Body> {
    app.clone().oneshot(ask(method, path, token)).await.unwrap()
}

async fn status(app: &Router, path: &str, token: Option<&str>) -> u16 {
    answer(app, Method::GET, path, token).await.status().as_u16()
}

async fn text(app: &Router, path: &str, token: Option<&str>) -> String {
    let body = answer(app, Method::GET, path, token).await.into_body();
    String::from_utf8(axum::body::to_bytes(body, 1000).await.unwrap().to_vec()).unwrap()
}

// axum.

#[derive(Clone, FromRef)]
struct State {
    authority: Authority,
    greeting: &'static str,
}

#[tokio::test]
async fn axum_from_state_needs_no_layer_and_trusts_none_of_another_authority() {
    let issuer = TestIssuer::new();
    let billing = issuer.clone().named(issuer.issuer(), "https://billing.test");
    let state = State { authority: authority(&billing), greeting: "hello" };
    let greet = async |axum::extract::State(greeting): axum::extract::State<&'static str>,
                       MaybePrincipal(caller): MaybePrincipal<FromState>| {
        format!("{greeting} {}", caller.as_ref().and_then(|caller| caller.subject()).unwrap_or("stranger"))
    };
    let routes = || {
        Router::new()
            .route("/require", get(async |_: Require<ReadOrders, FromState>| "orders"))
            .route("/principal", get(async |_: Principal<FromState>| "somebody"))
            .route("/claims", get(async |_: Claims<serde_json::Value, FromState>| "claims"))
            .route("/maybe", get(greet))
    };
    let bare = routes().with_state(state.clone());
    let layered = routes().layer(authority(&issuer).authenticate().optional()).with_state(state);
    let (for_orders, for_billing) = (issuer.token("orders:read"), billing.token("orders:read"));
    for path in ["/require", "/principal", "/claims"] {
        assert_eq!(status(&bare, path, None).await, 401, "{path}");
        assert_eq!(status(&bare, path, Some(&for_billing)).await, 200, "{path}");
        assert_eq!(status(&bare, path, Some(&for_orders)).await, 401, "{path}: the audience of the state's authority");
        // The layer lets its own tokens through, and its proof is nothing to the authority of the state.
        assert_eq!(status(&layered, path, Some(&for_orders)).await, 401, "{path}");
        assert_eq!(status(&layered, path, None).await, 401, "{path}");
    }
    assert_eq!(text(&bare, "/maybe", None).await, "hello stranger");
    assert_eq!(text(&bare, "/maybe", Some(&for_billing)).await, "hello test-subject");
    assert_eq!(status(&bare, "/maybe", Some(&for_orders)).await, 401, "a bad token is no stranger");
}

#[tokio::test]
async fn axum_maybe_principal_is_nobody_only_behind_an_optional_layer() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let route = || Router::new().route("/", get(async |caller: MaybePrincipal| caller.0.is_some().to_string()));
    let optional = route().layer(authority.authenticate().optional());
    assert_eq!(text(&optional, "/", None).await, "false");
    assert_eq!(text(&optional, "/", Some(&issuer.token(""))).await, "true");
    assert_eq!(status(&optional, "/", Some("garbage")).await, 401);
    let strict = route().layer(authority.authenticate());
    assert_eq!(status(&strict, "/", None).await, 401);
}

#[tokio::test]
async fn axum_extractors_do_what_the_layer_left_undone_and_verify_once() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    let all = async |Require(by): Require<ReadOrders>,
                     Principal(caller): Principal,
                     MaybePrincipal(maybe): MaybePrincipal,
                     Claims(claims): Claims<serde_json::Value>| {
        assert!(
            by.principal().is(&caller)
                && maybe.unwrap().is(&caller)
                && portcullis::Claims::principal(&claims).is(&caller)
        );
        "one proof"
    };
    let good = issuer.token("orders:read");
    let expired = issuer.mint().scope("orders:read").issued_ago(600).expires_in(-60).sign();
    let route = || Router::new().route("/", get(all));
    for (name, app) in [
        ("verify_signature", route().layer(authority.verify_signature())),
        ("authenticate", route().layer(authority.authenticate())),
        ("require", route().layer(authority.require(ReadOrders))),
        ("extract_claims", route().layer(authority.extract_claims::<serde_json::Value>())),
        ("optional", route().layer(authority.authenticate().optional())),
    ] {
        let before = keys.lookups();
        assert_eq!(text(&app, "/", Some(&good)).await, "one proof", "{name}");
        assert_eq!(keys.lookups() - before, 1, "{name}");
        assert_eq!(status(&app, "/", Some(&expired)).await, 401, "{name}");
        assert_eq!(status(&app, "/", Some(&issuer.token("orders:write"))).await, 403, "{name}");
    }
}

#[tokio::test]
async fn axum_claims_of_another_type_are_401_with_or_without_their_layer() {
    #[derive(serde::Deserialize)]
    struct Tenant {
        #[expect(dead_code, reason = "it only has to be there")]
        tenant: String,
    }
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let route = || Router::new().route("/", get(async |_: Claims<Tenant>| "tenant"));
    let by_the_layer = Router::new().route("/", get("open")).layer(authority.extract_claims::<Tenant>());
    for (name, app) in [
        ("the extractor", route().layer(authority.authenticate())),
        ("the layer", by_the_layer),
        ("both", route().layer(authority.extract_claims::<Tenant>())),
    ] {
        let response = answer(&app, Method::GET, "/", Some(&issuer.token(""))).await;
        assert_eq!(response.status(), 401, "{name}");
        assert_eq!(response.extensions().get::<Denied>().map(Denied::kind), Some(DeniedKind::ClaimsMismatch), "{name}");
        assert_eq!(super::parameter(&response, "error").as_deref(), Some("invalid_token"), "{name}");
        let token = issuer.mint().claim("tenant", "acme").sign();
        assert_eq!(status(&app, "/", Some(&token)).await, 200, "{name}");
    }
}

#[tokio::test]
async fn axum_single_routes_take_layers_of_their_own() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let app: Router = Router::new()
        .route("/read", get("orders").layer(authority.require(ReadOrders)))
        .route("/write", get("orders").layer(authority.require(WriteOrders)))
        .route("/either", get("orders").layer(authority.require(ReadOrders | WriteOrders)))
        .route("/open", get("open"))
        .route(
            "/methods",
            get("read")
                .layer(authority.require(ReadOrders))
                .merge(MethodRouter::new().post("written").layer(authority.require(WriteOrders))),
        );
    let (reader, writer) = (issuer.token("orders:read"), issuer.token("orders:write"));
    for (path, of_reader, of_writer, of_nobody) in
        [("/read", 200, 403, 401), ("/write", 403, 200, 401), ("/either", 200, 200, 401), ("/open", 200, 200, 200)]
    {
        assert_eq!(status(&app, path, Some(&reader)).await, of_reader, "{path}");
        assert_eq!(status(&app, path, Some(&writer)).await, of_writer, "{path}");
        assert_eq!(status(&app, path, None).await, of_nobody, "{path}");
    }
    for (method, of_reader, of_writer) in [(Method::GET, 200, 403), (Method::HEAD, 200, 403), (Method::POST, 403, 200)]
    {
        let status = async |token| answer(&app, method.clone(), "/methods", Some(token)).await.status().as_u16();
        assert_eq!((status(&reader).await, status(&writer).await), (of_reader, of_writer), "{method}");
    }
}

/// Where axum answers by itself, before any layer of a route: what is told is that there is nothing, never what there is.
#[tokio::test]
async fn axum_unknown_routes_and_methods_tell_no_more_than_axum_lets_them() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let good = issuer.token("orders:read");
    let orders = || Router::new().route("/orders", get("orders"));
    let layered: Router = orders().layer(authority.require(ReadOrders));
    let route_layered: Router = orders().route_layer(authority.require(ReadOrders));
    let merged: Router = Router::new().route("/health", get("up")).merge(layered.clone());
    for (name, app, method, path, wanted) in [
        ("a layer", &layered, Method::GET, "/orders", (401, 200)),
        ("a layer, unknown route", &layered, Method::GET, "/unknown", (401, 404)),
        ("a layer, unknown method", &layered, Method::DELETE, "/orders", (401, 405)),
        ("a layer, OPTIONS", &layered, Method::OPTIONS, "/orders", (401, 405)),
        ("a layer, HEAD", &layered, Method::HEAD, "/orders", (401, 200)),
        ("a route layer, unknown route", &route_layered, Method::GET, "/unknown", (404, 404)),
        ("a route layer, HEAD", &route_layered, Method::HEAD, "/orders", (401, 200)),
        ("merged into an open router", &merged, Method::GET, "/orders", (401, 200)),
        ("merged, the open route", &merged, Method::GET, "/health", (200, 200)),
    ] {
        let nobody = answer(app, method.clone(), path, None).await.status().as_u16();
        let somebody = answer(app, method, path, Some(&good)).await.status().as_u16();
        assert_eq!((nobody, somebody), wanted, "{name}");
    }
}

/// A path in another spelling is another route, or the same one with its guard.
#[tokio::test]
async fn axum_no_spelling_of_a_path_gets_around_its_guard() {
    let issuer = TestIssuer::new();
    let app: Router = Router::new().route("/orders", get("orders").layer(authority(&issuer).require(ReadOrders)));
    for path in [
        "/orders",
        "/orders?",
        "/orders?access=1",
        "/orders/",
        "//orders",
        "/ORDERS",
        "/./orders",
        "/%6Frders",
        "/orders;x",
    ] {
        let status = status(&app, path, None).await;
        assert!([401, 404].contains(&status), "{path}: {status}");
    }
}

#[tokio::test]
async fn parts_answer_like_their_request() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let (mut parts, ()) = {
        let mut request = Request::new(());
        request.headers_mut().insert("authorization", super::bearer(&issuer.token("orders:read")));
        request.into_parts()
    };
    assert_eq!(parts.principal().unwrap_err().kind(), DeniedKind::NotGuarded);
    assert_eq!((&parts.headers, &parts.extensions).principal().unwrap_err().kind(), DeniedKind::NotGuarded);
    let principal = authority.principal(&mut Head::of(&mut parts)).unwrap().unwrap();
    assert!(parts.principal().unwrap().is(&principal));
    assert!((&parts.headers, &parts.extensions).principal().unwrap().is(&principal));
    assert!(Request::from_parts(parts, ()).principal().unwrap().is(&principal));
}

// tonic.

/// A second service, under a name of its own.
#[derive(Clone)]
struct Billing<S>(S);

impl<S> tonic::server::NamedService for Billing<S> {
    const NAME: &'static str = "test.Billing";
}

impl<S: tower::Service<R>, R> tower::Service<R> for Billing<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}

#[tokio::test]
async fn tonic_services_take_layers_of_their_own() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let reads = authority.require(ReadOrders).named_layer(OrdersServer::new(Open));
    let writes = authority.require(WriteOrders).named_layer(Billing(OrdersServer::new(Open)));
    let host = Host::tonic(|incoming| {
        let mut server = Server::builder().layer(tower::util::MapResponseLayer::new(show_kind));
        server.add_service(reads).add_service(writes).serve_with_incoming(incoming)
    })
    .await;
    let mut client = host.connect().await;
    let fields = |token: &str| vec![super::bearer(token).as_bytes().to_vec()];
    let (reader, writer) = (issuer.token("orders:read"), issuer.token("orders:write"));
    for (path, token, wanted) in [
        ("/test.Orders/Get", Some(&reader), Ok(())),
        ("/test.Orders/Get", Some(&writer), Err((403, "insufficient_scope"))),
        ("/test.Orders/Get", None, Err((401, "missing_credential"))),
        ("/test.Orders/Unknown", None, Err((401, "missing_credential"))),
        ("/test.Billing/Get", Some(&reader), Err((403, "insufficient_scope"))),
        ("/test.Billing/Get", None, Err((401, "missing_credential"))),
    ] {
        let token = token.map(|token| fields(token)).unwrap_or_default();
        let verdict = client.ask(path, &token).await.unwrap().verdict();
        let wanted = wanted.map_or_else(|(status, kind)| (status, Some(kind)), |()| (200, None));
        assert_eq!((verdict.status, verdict.kind.as_deref()), wanted, "{path}");
    }
    // Let through, and unknown to the server behind: its own answer.
    let reply = client.ask("/test.Billing/Get", &fields(&writer)).await.unwrap();
    assert_eq!(reply.header("grpc-status"), Some("12"));
}

/// Every kind of call is refused before a message is read: the streams of this client never send one.
#[tokio::test]
async fn tonic_refuses_every_kind_of_call_before_the_first_message() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let stack = ServiceBuilder::new().layer(authority.authenticate()).layer(authority.require(ReadOrders)).into_inner();
    let host = Host::tonic(|incoming| {
        Server::builder().layer(stack).add_service(OrdersServer::new(Open)).serve_with_incoming(incoming)
    })
    .await;
    let mut client = OrdersClient::new(host.channel().await);
    for (token, code) in [
        (None, Code::Unauthenticated),
        (Some("garbage".to_owned()), Code::Unauthenticated),
        (Some(issuer.token("orders:write")), Code::PermissionDenied),
    ] {
        for (method, outcome) in client.call_each(token.as_deref()).await {
            let refused = outcome.unwrap_err();
            assert_eq!(refused.code(), code, "{method}");
            assert!(refused.metadata().contains_key("www-authenticate"), "{method}");
            assert_eq!(refused.metadata().get("cache-control").unwrap(), "no-store", "{method}");
        }
    }
    for (method, outcome) in client.call_each(Some(&issuer.token("orders:read"))).await {
        assert!(outcome.is_ok(), "{method}: {outcome:?}");
    }
}

/// Asks for the principal in each method.
struct Asking;

#[tonic::async_trait]
impl Orders for Asking {
    async fn get(&self, request: tonic::Request<String>) -> Result<tonic::Response<String>, Status> {
        let by: portcullis::Granted<ReadOrders> = request.require()?;
        let claims: serde_json::Value = request.claims()?;
        assert_eq!(claims["sub"].as_str(), by.principal().subject());
        let extracted = request.extensions().get::<portcullis::Claims<serde_json::Value>>();
        assert!(extracted.is_none_or(|claims| portcullis::Claims::principal(claims).is(by.principal())));
        Ok(tonic::Response::new(by.principal().subject().unwrap().to_owned()))
    }

    async fn watch(
        &self,
        request: tonic::Request<String>,
    ) -> Result<tonic::Response<tonic::codegen::BoxStream<String>>, Status> {
        request.principal()?;
        Open.watch(request).await
    }

    async fn upload(&self, request: tonic::Request<Streaming<String>>) -> Result<tonic::Response<String>, Status> {
        let _ = request.maybe_principal()?;
        Open.upload(request).await
    }

    async fn chat(
        &self,
        request: tonic::Request<Streaming<String>>,
    ) -> Result<tonic::Response<tonic::codegen::BoxStream<String>>, Status> {
        request.claims::<serde_json::Value>()?;
        Open.chat(request).await
    }
}

#[tokio::test]
async fn tonic_interceptors_judge_like_layers_and_leave_the_proof() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Refuse);
    let authority = builder(&issuer, keys.clone()).strip_credential().build().unwrap();
    let around_the_server = InterceptorLayer::new(portcullis_tonic::interceptor(authority.authenticate()));
    let around_the_service = tonic::codegen::InterceptedService::new(
        OrdersServer::new(Asking),
        portcullis_tonic::interceptor(authority.require(ReadOrders)),
    );
    let host = Host::tonic(|incoming| {
        Server::builder().layer(around_the_server).add_service(around_the_service).serve_with_incoming(incoming)
    })
    .await;
    let mut client = OrdersClient::new(host.channel().await);
    for (token, code) in [
        (None, Some(Code::Unauthenticated)),
        (Some("garbage".to_owned()), Some(Code::Unauthenticated)),
        (Some(issuer.token("orders:write")), Some(Code::PermissionDenied)),
        (Some(issuer.token("orders:read")), None),
    ] {
        let before = keys.lookups();
        for (method, outcome) in client.call_each(token.as_deref()).await {
            assert_eq!(outcome.err().map(|status| status.code()), code, "{method}");
        }
        let verified = usize::from(token.is_some_and(|token| token != "garbage"));
        assert_eq!(keys.lookups() - before, 4 * verified, "two interceptors, one verification a call");
    }
}

#[tokio::test]
async fn tonic_optional_layers_tell_the_method_that_nobody_calls() {
    let issuer = TestIssuer::new();
    let layer = authority(&issuer).extract_claims::<serde_json::Value>().optional();
    let host = Host::tonic(|incoming| {
        Server::builder().layer(layer).add_service(OrdersServer::new(Asking)).serve_with_incoming(incoming)
    })
    .await;
    let mut client = OrdersClient::new(host.channel().await);
    let codes = client.call_each(None).await.map(|(_, outcome)| outcome.err().map(|status| status.code()));
    let refused = Some(Code::Unauthenticated);
    assert_eq!(codes, [refused, refused, None, refused]);
    for (method, outcome) in client.call_each(Some(&issuer.token("orders:read"))).await {
        assert!(outcome.is_ok(), "{method}: {outcome:?}");
    }
    for (method, outcome) in client.call_each(Some("garbage")).await {
        assert_eq!(outcome.unwrap_err().code(), Code::Unauthenticated, "{method}");
    }
}
