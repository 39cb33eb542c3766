//! The rows of the misuse table that compile are answered safely. Those that do not compile are in `compile/`.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use http::{Request, Response, StatusCode};
use portcullis::{Authority, Denied, DeniedKind, Granted};
use portcullis_axum::{Claims, FromState, MaybePrincipal, Principal, Rejection, Require};
use portcullis_testing::{ManualClock, TestIssuer};
use portcullis_tests::grpc::{self, Open, Orders, OrdersClient, OrdersServer, stream_of};
use portcullis_tests::hosts::Host;
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::{ReadOrders, WriteOrders, authority, builder, wire};
use portcullis_tonic::RequestExt as _;
use tonic::codegen::BoxStream;
use tonic::{Code, Status, Streaming};
use tower::{Layer, ServiceExt, service_fn};

use crate::logs::Log;

fn ask(path: &str, token: Option<&str>) -> Request<Body> {
    let request = Request::get(path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body(Body::empty()).unwrap()
}

async fn status(app: &Router, path: &str, token: Option<&str>) -> u16 {
    app.clone().oneshot(ask(path, token)).await.unwrap().status().as_u16()
}

fn kind<B>(response: &Response<B>) -> Option<DeniedKind> {
    response.extensions().get::<Denied>().map(Denied::kind)
}

/// The answer to a fault of the service, over HTTP: nothing about it on the wire, one line about it in the log.
const SILENT_500: &str = "500\n  cache-control: no-store\n  content-length: 0\n"; // axum adds the length

fn assert_one_error_line(log: &Log, name: &str) {
    let errors = log.lines("ERROR");
    assert_eq!(errors.len(), 1, "{name}: {errors:?}");
    assert!(errors[0].contains("portcullis") && errors[0].contains("not_guarded"), "{name}: {}", errors[0]);
    assert!(errors[0].contains("authority.authenticate()"), "{name}: the line says what to do: {}", errors[0]);
}

// A scope layer without a verification layer.

#[tokio::test]
async fn a_scope_layer_without_a_verification_layer_verifies_by_itself() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let orders = service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::empty())));
    let hyper = authority.require(ReadOrders).layer(orders);
    let axum: Router = Router::new().route("/", get("orders")).layer(authority.require(ReadOrders));
    for (name, token, wanted) in [
        ("no token", None, 401),
        ("a good one", Some(issuer.token("orders:read")), 200),
        ("another scope", Some(issuer.token("orders:write")), 403),
        ("expired", Some(issuer.mint().scope("orders:read").issued_ago(600).expires_in(-60).sign()), 401),
        ("of a stranger", Some(TestIssuer::new().token("orders:read")), 401),
        ("for another audience", Some(issuer.mint().scope("orders:read").audience("https://other.test").sign()), 401),
    ] {
        let token = token.as_deref();
        assert_eq!(status(&axum, "/", token).await, wanted, "axum: {name}");
        let response = hyper.clone().oneshot(ask("/", token)).await.unwrap();
        assert_eq!(response.status().as_u16(), wanted, "hyper: {name}");
    }
}

// `Require<P>` and its like without any layer.

async fn reads(_: Require<ReadOrders>) -> &'static str {
    "orders"
}

#[tokio::test]
async fn an_extractor_without_any_layer_is_a_silent_500_and_one_line_in_the_log() {
    let issuer = TestIssuer::new();
    let good = issuer.token("orders:read");
    let app: Router = Router::new()
        .route("/require", get(reads))
        .route("/principal", get(async |_: Principal| "orders"))
        .route("/maybe", get(async |_: MaybePrincipal| "orders"))
        .route("/claims", get(async |_: Claims<serde_json::Value>| "orders"))
        .route("/annotated", get(annotated));
    for path in ["/require", "/principal", "/maybe", "/claims", "/annotated"] {
        for token in [None, Some(good.as_str())] {
            let log = Log::capture();
            let response = app.clone().oneshot(ask(path, token)).await.unwrap();
            assert_eq!(kind(&response), Some(DeniedKind::NotGuarded), "{path}");
            assert_eq!(wire::text(response).await, SILENT_500, "{path}");
            assert_one_error_line(&log, path);
        }
    }
}

#[tokio::test]
async fn a_route_added_after_the_layer_is_a_silent_500_not_an_open_door() {
    let issuer = TestIssuer::new();
    let good = issuer.token("orders:read");
    let app: Router =
        Router::new().route("/before", get(reads)).layer(authority(&issuer).authenticate()).route("/after", get(reads));
    assert_eq!(status(&app, "/before", Some(&good)).await, 200);
    assert_eq!(status(&app, "/before", None).await, 401);
    for token in [None, Some(good.as_str())] {
        let log = Log::capture();
        let response = app.clone().oneshot(ask("/after", token)).await.unwrap();
        assert_eq!(wire::text(response).await, SILENT_500);
        assert_one_error_line(&log, "/after");
    }
}

#[tokio::test]
async fn the_state_is_enough_where_it_has_an_authority() {
    let issuer = TestIssuer::new();
    let app = Router::new()
        .route("/", get(async |_: Require<ReadOrders, FromState>| "orders"))
        .with_state(authority(&issuer));
    assert_eq!(status(&app, "/", None).await, 401);
    assert_eq!(status(&app, "/", Some(&issuer.token("orders:write"))).await, 403);
    assert_eq!(status(&app, "/", Some(&issuer.token("orders:read"))).await, 200);
}

#[tokio::test]
async fn a_result_of_an_extractor_holds_no_proof_where_it_is_refused() {
    async fn handler(by: Result<Require<ReadOrders>, Rejection>) -> axum::response::Response {
        match by {
            Ok(Require(by)) => read_orders(&by).into_response(),
            Err(rejection) => format!("instead of orders: {}", rejection.denied().kind()).into_response(),
        }
    }
    let issuer = TestIssuer::new();
    let guarded: Router = Router::new().route("/", get(handler)).layer(authority(&issuer).authenticate().optional());
    let open: Router = Router::new().route("/", get(handler));
    for (app, token, body) in [
        (&guarded, Some(issuer.token("orders:read")), "the orders of test-subject"),
        (&guarded, Some(issuer.token("orders:write")), "instead of orders: insufficient_scope"),
        (&guarded, None, "instead of orders: missing_credential"),
        (&open, Some(issuer.token("orders:read")), "instead of orders: not_guarded"),
    ] {
        let response = app.clone().oneshot(ask("/", token.as_deref())).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let answered = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
        assert_eq!(answered, body);
    }
}

fn read_orders(by: &Granted<ReadOrders>) -> String {
    format!("the orders of {}", by.principal().subject().unwrap_or("nobody"))
}

// tonic's `require` without any layer.

/// Asks in each method, as a service would without the annotation.
struct Asking;

#[tonic::async_trait]
impl Orders for Asking {
    async fn get(&self, request: tonic::Request<String>) -> Result<tonic::Response<String>, Status> {
        let by = request.require::<ReadOrders>()?;
        Ok(tonic::Response::new(read_orders(&by)))
    }

    async fn watch(&self, request: tonic::Request<String>) -> Result<tonic::Response<BoxStream<String>>, Status> {
        request.principal()?;
        Ok(tonic::Response::new(stream_of(["one"])))
    }

    async fn upload(&self, request: tonic::Request<Streaming<String>>) -> Result<tonic::Response<String>, Status> {
        request.maybe_principal()?;
        Open.upload(request).await
    }

    async fn chat(
        &self,
        request: tonic::Request<Streaming<String>>,
    ) -> Result<tonic::Response<BoxStream<String>>, Status> {
        request.claims::<serde_json::Value>()?;
        Open.chat(request).await
    }
}

/// Annotated: unary, and every kind of streaming.
struct Annotated;

#[portcullis::guarded]
#[tonic::async_trait]
impl Orders for Annotated {
    #[portcullis::require(by: ReadOrders)]
    async fn get(&self, request: tonic::Request<String>) -> Result<tonic::Response<String>, Status> {
        Ok(tonic::Response::new(read_orders(&by) + request.get_ref()))
    }

    #[portcullis::require("orders:read")]
    async fn watch(&self, _request: tonic::Request<String>) -> Result<tonic::Response<BoxStream<String>>, Status> {
        Ok(tonic::Response::new(stream_of(["one"])))
    }

    #[portcullis::require(any(all("orders:read", "nothing:else"), ReadOrders))]
    async fn upload(&self, request: tonic::Request<Streaming<String>>) -> Result<tonic::Response<String>, Status> {
        Open.upload(request).await
    }

    #[portcullis::require(ReadOrders)]
    #[portcullis::require(_: any("orders:read", "orders:admin"))]
    async fn chat(
        &self,
        request: tonic::Request<Streaming<String>>,
    ) -> Result<tonic::Response<BoxStream<String>>, Status> {
        Open.chat(request).await
    }
}

/// A host, to be kept as long as the client is used.
async fn tonic_host(orders: impl Orders, guard: Option<&Authority>) -> (Host, OrdersClient) {
    let server = OrdersServer::new(orders);
    let mut builder = tonic::transport::Server::builder();
    let host = match guard {
        None => Host::tonic(|incoming| builder.add_service(server).serve_with_incoming(incoming)).await,
        Some(authority) => {
            let mut builder = builder.layer(authority.authenticate());
            Host::tonic(|incoming| builder.add_service(server).serve_with_incoming(incoming)).await
        }
    };
    let client = OrdersClient::new(host.channel().await);
    (host, client)
}

#[tokio::test]
async fn a_method_that_asks_without_any_layer_is_a_silent_internal_and_one_line_in_the_log() {
    let issuer = TestIssuer::new();
    let good = issuer.token("orders:read");
    let hosts = [("asking", tonic_host(Asking, None).await), ("annotated", tonic_host(Annotated, None).await)];
    for (name, (_host, mut client)) in hosts {
        for token in [None, Some(good.as_str())] {
            let log = Log::capture();
            for (method, outcome) in client.call_each(token).await {
                let refused = outcome.unwrap_err();
                assert_eq!((refused.code(), refused.message()), (Code::Internal, "internal error"), "{name}: {method}");
                assert!(refused.metadata().get("www-authenticate").is_none(), "{name}: {method}");
            }
            let errors = log.lines("ERROR");
            assert_eq!(errors.len(), 4, "{name}: one line for each method: {errors:?}");
            assert!(errors.iter().all(|line| line.contains("not_guarded")), "{name}: {errors:?}");
        }
    }
}

#[tokio::test]
async fn a_method_that_asks_behind_a_layer_is_answered_by_its_permission() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let (reader, writer) = (issuer.token("orders:read"), issuer.token("orders:write"));
    let (_host, mut annotated) = tonic_host(Annotated, Some(&authority)).await;
    for (method, outcome) in annotated.call_each(Some(&reader)).await {
        assert!(outcome.is_ok(), "{method}: {outcome:?}");
    }
    for (method, outcome) in annotated.call_each(Some(&writer)).await {
        let refused = outcome.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{method}");
        let challenge = refused.metadata().get("www-authenticate").unwrap().to_str().unwrap();
        let parameters = wire::parse_challenge(challenge).unwrap();
        let wanted = if method == "upload" { "orders:read nothing:else" } else { "orders:read" };
        assert!(parameters.contains(&("scope", wanted)), "{method}: {challenge}");
    }
    for (method, outcome) in annotated.call_each(None).await {
        assert_eq!(outcome.unwrap_err().code(), Code::Unauthenticated, "{method}");
    }
    let (_host, mut asking) = tonic_host(Asking, Some(&authority)).await;
    let codes = asking.call_each(Some(&writer)).await.map(|(_, outcome)| outcome.err().map(|status| status.code()));
    assert_eq!(codes, [Some(Code::PermissionDenied), None, None, None]);
}

// Annotated axum handlers.

#[portcullis::require("orders:read")]
async fn annotated() -> &'static str {
    "orders"
}

#[portcullis::require(by: WriteOrders)]
#[axum::debug_handler]
async fn annotated_with_a_name(body: String) -> String {
    let _: &Granted<WriteOrders> = &by;
    format!("{} wrote {body}", by.principal().subject().unwrap_or("nobody"))
}

#[portcullis::require(all("orders:read", WriteOrders))]
async fn annotated_all() -> &'static str {
    "orders"
}

#[portcullis::require(any("orders:admin", ReadOrders))]
async fn annotated_any() -> &'static str {
    "orders"
}

#[portcullis::require(reader: ReadOrders)]
#[portcullis::require(writer: WriteOrders)]
async fn annotated_twice() -> &'static str {
    let _: (&Granted<ReadOrders>, &Granted<WriteOrders>) = (&reader, &writer);
    "orders"
}

#[portcullis::public("load balancers ask without a token")]
async fn health() -> &'static str {
    "up"
}

#[tokio::test]
async fn annotated_handlers_ask_for_what_they_say() {
    let issuer = TestIssuer::new();
    let app: Router = Router::new()
        .route("/one", get(annotated))
        .route("/named", post(annotated_with_a_name).get(annotated_with_a_name))
        .route("/all", get(annotated_all))
        .route("/any", get(annotated_any))
        .route("/twice", get(annotated_twice))
        .layer(authority(&issuer).authenticate())
        .route("/health", get(health));
    for (path, scopes, wanted) in [
        ("/one", Some("orders:read"), 200),
        ("/one", Some("orders:write"), 403),
        ("/one", None, 401),
        ("/named", Some("orders:write"), 200),
        ("/named", Some("orders:read"), 403),
        ("/all", Some("orders:read orders:write"), 200),
        ("/all", Some("orders:read"), 403),
        ("/all", Some("orders:write"), 403),
        ("/any", Some("orders:admin"), 200),
        ("/any", Some("orders:read"), 200),
        ("/any", Some("orders:write"), 403),
        ("/twice", Some("orders:read orders:write"), 200),
        ("/twice", Some("orders:read"), 403),
        ("/twice", Some("orders:write"), 403),
        ("/health", None, 200),
    ] {
        let token = scopes.map(|scopes| issuer.token(scopes));
        assert_eq!(status(&app, path, token.as_deref()).await, wanted, "{path} with {scopes:?}");
    }
}

/// The permission is asked for before anything else of the request is looked at.
#[tokio::test]
async fn an_annotated_handler_reads_nothing_of_a_request_that_it_refuses() {
    let issuer = TestIssuer::new();
    let app: Router = Router::new().route("/", post(annotated_with_a_name)).layer(authority(&issuer).authenticate());
    let body = Body::from(vec![0xFF; 10]); // no text: the next extractor would refuse it with 400
    let token = format!("Bearer {}", issuer.token("orders:read"));
    let request = Request::post("/").header("authorization", token).body(body).unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::FORBIDDEN);
}

// What cannot be told.

#[tokio::test]
async fn what_cannot_be_told_is_neither_let_through_nor_called_a_bad_token() {
    let issuer = TestIssuer::new();
    let stranger = issuer.mint().scope("orders:read").header("kid", "unknown").sign();
    let good = issuer.token("orders:read");
    let stopped = ManualClock::now_of_system();
    stopped.fail();
    let keys = |answer| HandKeys::of(&issuer.keys(), answer);
    let static_keys = authority(&issuer);
    let up_to_date = builder(&issuer, keys(Answer::Refuse)).build().unwrap();
    let backing_off = builder(&issuer, keys(Answer::Unavailable(7000))).build().unwrap();
    let none_yet = builder(&issuer, HandKeys::none(Answer::Refuse)).build().unwrap();
    let no_clock = builder(&issuer, issuer.keys()).rules(|rules| rules.clock(stopped)).build().unwrap();
    for (name, authority, token, status, code, retry_after) in [
        ("an unknown kid, static keys", &static_keys, &stranger, 401, Code::Unauthenticated, None),
        ("an unknown kid, keys up to date", &up_to_date, &stranger, 401, Code::Unauthenticated, None),
        ("an unknown kid, backing off", &backing_off, &stranger, 503, Code::Unavailable, Some("7")),
        ("a known kid, backing off", &backing_off, &good, 200, Code::Ok, None),
        ("no keys yet", &none_yet, &good, 503, Code::Unavailable, Some("5")),
        ("no keys yet, and no credential", &none_yet, &"".to_owned(), 400, Code::Unauthenticated, None),
        ("no clock", &no_clock, &good, 500, Code::Internal, None),
    ] {
        // By the layer and by the extractor.
        let by_layer: Router = Router::new().route("/", get("orders")).layer(authority.require(ReadOrders));
        let by_extractor = Router::new()
            .route("/", get(async |_: Require<ReadOrders, FromState>| "orders"))
            .with_state(authority.clone());
        for (by, app) in [("layer", by_layer), ("extractor", by_extractor)] {
            let response = app.oneshot(ask("/", Some(token))).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{name}, by the {by}");
            let header = response.headers().get("retry-after").map(|value| value.to_str().unwrap());
            assert_eq!(header, retry_after, "{name}, by the {by}");
            let challenged = response.headers().contains_key("www-authenticate");
            assert_eq!(challenged, (400..500).contains(&status), "{name}, by the {by}");
        }
        // By the layer over gRPC, and by an interceptor.
        let (_host, mut client) = tonic_host(Open, Some(authority)).await;
        let [(_, outcome), ..] = client.call_each(Some(token)).await;
        assert_eq!(outcome.err().map_or(Code::Ok, |status| status.code()), code, "{name}, over gRPC");
        let mut interceptor = portcullis_tonic::interceptor(authority.require(ReadOrders));
        let outcome = tonic::service::Interceptor::call(&mut interceptor, grpc::request((), Some(token)));
        assert_eq!(outcome.err().map_or(Code::Ok, |status| status.code()), code, "{name}, by an interceptor");
    }
}

#[tokio::test]
async fn a_clock_that_fails_says_so_in_the_log_alone() {
    let issuer = TestIssuer::new();
    let clock = ManualClock::now_of_system();
    let authority = builder(&issuer, issuer.keys()).rules(|rules| rules.clock(clock.clone())).build().unwrap();
    let app: Router = Router::new().route("/", get("orders")).layer(authority.require(ReadOrders));
    let good = issuer.token("orders:read");
    assert_eq!(status(&app, "/", Some(&good)).await, 200);

    clock.fail();
    let log = Log::capture();
    let response = app.clone().oneshot(ask("/", Some(&good))).await.unwrap();
    assert_eq!(wire::text(response).await, SILENT_500);
    let errors = log.lines("ERROR");
    assert!(errors.len() == 1 && errors[0].contains("clock_failed"), "{errors:?}");
    // A request that needs no time is still refused for what it is.
    assert_eq!(status(&app, "/", None).await, 401);

    clock.mend();
    assert_eq!(status(&app, "/", Some(&good)).await, 200);
}

/// An interceptor cannot wait: what a layer would wait for, it refuses for now.
#[tokio::test]
async fn an_interceptor_answers_unavailable_where_a_layer_would_wait() {
    let issuer = TestIssuer::new();
    let keys = HandKeys::of(&issuer.keys(), Answer::Wait);
    let authority = builder(&issuer, keys.clone()).build().unwrap();
    let stranger = issuer.mint().scope("orders:read").header("kid", "on its way").sign();
    let mut interceptor = portcullis_tonic::interceptor(authority.require(ReadOrders));
    let refused = tonic::service::Interceptor::call(&mut interceptor, grpc::request((), Some(&stranger))).unwrap_err();
    assert_eq!((refused.code(), keys.waiting()), (Code::Unavailable, 0));
    assert_eq!(refused.metadata().get("retry-after").unwrap(), "1");
}

/// An extractor waits like a layer: once.
#[tokio::test]
async fn an_extractor_waits_for_keys_once() {
    for (arrives, wanted) in [(true, 200), (false, 503)] {
        let (issuer, stranger) = (TestIssuer::new(), TestIssuer::new());
        let keys = HandKeys::of(&issuer.keys(), Answer::Wait);
        let authority = builder(&issuer, keys.clone()).build().unwrap();
        let app =
            Router::new().route("/", get(async |_: Require<ReadOrders, FromState>| "orders")).with_state(authority);
        let token = stranger.mint().scope("orders:read").header("kid", "on its way").sign();
        let asking = tokio::spawn(async move { status(&app, "/", Some(&token)).await });
        while keys.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        if arrives {
            let key = stranger.key().verifying_key().unwrap().with_kid("on its way");
            keys.put(&portcullis::StaticKeys::from(key));
        }
        assert_eq!(keys.resolve(), 1);
        assert_eq!(asking.await.unwrap(), wanted, "arrives: {arrives}");
        assert_eq!(keys.waiting(), 0);
    }
}
