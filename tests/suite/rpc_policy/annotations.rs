//! What annotations say, held against the options of a proto.

use portcullis::Granted;
use portcullis::policy::{Inventory, Operation, Policy};
use portcullis_testing::TestIssuer;
use portcullis_tests::grpc::{Orders, OrdersClient, OrdersServer, stream_of};
use portcullis_tests::hosts::Host;
use portcullis_tests::{ReadOrders, WriteOrders, authority};
use portcullis_tonic::{Descriptors, RequestExt as _};
use tonic::codegen::BoxStream;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status, Streaming};

use super::sets::{ORDERS, orders, set_of};

struct Above;

#[portcullis::guarded(inventory = ABOVE)]
#[tonic::async_trait]
impl Orders for Above {
    #[portcullis::require(by: ReadOrders)]
    async fn get(&self, request: Request<String>) -> Result<Response<String>, Status> {
        let _: &Granted<ReadOrders> = &by;
        // The layer let it through by the table, and says by which row.
        let allowed = request.allowed()?;
        let row = allowed.operation().map(Operation::to_string).unwrap_or_default();
        let caller = allowed.principal().and_then(|caller| caller.subject()).unwrap_or_default();
        Ok(Response::new(format!("{row}, {caller}")))
    }

    #[portcullis::require("a")]
    #[portcullis::require(any(WriteOrders, "b"))]
    async fn watch(&self, _request: Request<String>) -> Result<Response<BoxStream<String>>, Status> {
        Ok(Response::new(stream_of([])))
    }

    #[portcullis::require(all("a", "b"))]
    async fn upload(&self, _request: Request<Streaming<String>>) -> Result<Response<String>, Status> {
        Ok(Response::new(String::new()))
    }

    #[portcullis::public("a test")]
    async fn chat(&self, _: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status> {
        Ok(Response::new(stream_of([])))
    }
}

/// A module of its own, with names that the constant must not be confused by.
mod below {
    use super::*;

    pub(super) struct Below;

    #[tonic::async_trait]
    #[portcullis::guarded(inventory = pub(in crate::rpc_policy) BELOW)]
    impl Orders for Below {
        #[portcullis::require(super::ReadOrders)]
        async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
            Ok(Response::new(String::new()))
        }

        #[portcullis::require("a")]
        async fn watch(&self, _request: Request<String>) -> Result<Response<BoxStream<String>>, Status> {
            Ok(Response::new(stream_of([])))
        }

        #[portcullis::require(all("a", "b"))]
        async fn upload(&self, _request: Request<Streaming<String>>) -> Result<Response<String>, Status> {
            Ok(Response::new(String::new()))
        }

        #[portcullis::public("a test")]
        async fn chat(&self, _: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status> {
            Ok(Response::new(stream_of([])))
        }
    }
}

/// In a function, without `async_trait`, with a method that another build would have.
#[tokio::test]
async fn an_annotation_that_is_configured_away_says_nothing() {
    trait Plain {
        async fn r#type(&self, request: Request<()>) -> Result<Response<()>, Status>;
    }
    struct Service;
    #[portcullis::guarded(inventory = PLAIN)]
    impl Plain for Service {
        #[portcullis::require("a")]
        async fn r#type(&self, request: Request<()>) -> Result<Response<()>, Status> {
            {
                request.into_inner();
                Ok(Response::new(()))
            }
        }

        #[cfg(any())]
        #[portcullis::require("b")]
        async fn gone(&self, request: Request<()>) -> Result<Response<()>, Status> {
            Ok(Response::new(()))
        }
    }
    let said: Vec<_> = PLAIN.iter().map(|(method, access)| format!("{method}: {access}")).collect();
    assert_eq!(said, ["type: a"]);
    assert_eq!(format!("{PLAIN:?}"), r#"{"type": "a"}"#);
    assert_eq!(Service.r#type(Request::new(())).await.unwrap_err().code(), Code::Internal, "no layer ran");
}

fn rows(inventory: &Inventory) -> Vec<String> {
    inventory.iter().map(|(endpoint, access)| format!("{endpoint}: {}", access[0])).collect()
}

#[test]
fn the_inventory_of_annotations_has_every_method_and_what_it_asks() {
    assert_eq!(
        rows(&ABOVE.inventory::<OrdersServer<Above>>()),
        [
            "rpc test.Orders/Chat: public: a test",
            "rpc test.Orders/Get: orders:read",
            "rpc test.Orders/Upload: a & b",
            "rpc test.Orders/Watch: a & (orders:write | b)",
        ]
    );
}

#[test]
fn annotations_and_options_that_say_the_same_make_the_same_inventory() {
    let set = |watch| orders([r#"scope: "orders:read""#, watch, r#"all: ["a", "b"]"#, r#"public: "a test""#]);
    let annotated = below::BELOW.inventory::<OrdersServer<below::Below>>();
    let descriptors = Descriptors::decode(&set(r#"any: ["a"]"#)).unwrap();
    assert_eq!(annotated, descriptors.inventory());
    assert_eq!(descriptors.resolve::<OrdersServer<below::Below>>(&below::BELOW), Ok(annotated.clone()));

    let others = Descriptors::decode(&set(r#"scope: "b""#)).unwrap().inventory();
    assert_ne!(annotated, others);
}

/// What a method of the server does with the table, over a socket.
#[tokio::test]
async fn a_method_asks_for_the_proof_of_the_policy() {
    let issuer = TestIssuer::new();
    let annotated = ABOVE.inventory::<OrdersServer<Above>>();
    let rows = annotated.iter().map(|(endpoint, access)| {
        let name = endpoint.to_string().replace("rpc ", "");
        Operation::new(portcullis::policy::Target::rpc(name), access[0].clone())
    });
    let policy = Policy::builder().operations(rows).build().unwrap();
    let with_policy = authority(&issuer).enforce(&policy).unwrap();
    let without = authority(&issuer).authenticate();
    let service = OrdersServer::new(Above);
    let clone = service.clone();
    let guarded =
        Host::tonic(|incoming| Server::builder().layer(with_policy).add_service(service).serve_with_incoming(incoming))
            .await;
    let other =
        Host::tonic(|incoming| Server::builder().layer(without).add_service(clone).serve_with_incoming(incoming)).await;

    let token = issuer.mint().subject("alice").scope("orders:read").sign();
    let [(_, get), ..] = OrdersClient::new(guarded.channel().await).call_each(Some(&token)).await;
    get.unwrap();
    let bearer = [format!("Bearer {token}").into_bytes()];
    let reply = guarded.connect().await.ask("/test.Orders/Get", &bearer).await.unwrap();
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(body.ends_with("rpc test.Orders/Get: orders:read, alice"), "{body}");

    // No policy stands before it: that is an error of the service.
    let [(_, get), ..] = OrdersClient::new(other.channel().await).call_each(Some(&token)).await;
    assert_eq!(get.unwrap_err().code(), Code::Internal);
}

/// A server of the proto below.
struct Odd;

impl NamedService for Odd {
    const NAME: &'static str = "test.Orders";
}

mod odd {
    use super::*;

    pub(super) trait Odd {
        async fn get_http_info(&self, request: Request<()>) -> Result<Response<()>, Status>;
        async fn self_(&self, request: Request<()>) -> Result<Response<()>, Status>;
        async fn r#move(&self, request: Request<()>) -> Result<Response<()>, Status>;
    }

    pub(super) struct Service;

    #[portcullis::guarded(inventory = pub(super) ODD)]
    impl Odd for Service {
        #[portcullis::require("a")]
        async fn get_http_info(&self, request: Request<()>) -> Result<Response<()>, Status> {
            {
                request.into_inner();
                Ok(Response::new(()))
            }
        }

        #[portcullis::require("b")]
        async fn self_(&self, request: Request<()>) -> Result<Response<()>, Status> {
            {
                request.into_inner();
                Ok(Response::new(()))
            }
        }

        #[portcullis::require("c")]
        async fn r#move(&self, request: Request<()>) -> Result<Response<()>, Status> {
            {
                request.into_inner();
                Ok(Response::new(()))
            }
        }
    }

    pub(super) async fn all() -> usize {
        let answers = [
            Service.get_http_info(Request::new(())).await,
            Service.self_(Request::new(())).await,
            Service.r#move(Request::new(())).await,
        ];
        answers.iter().filter(|answer| answer.is_err()).count()
    }
}

#[tokio::test]
async fn descriptors_know_the_names_that_annotations_can_only_guess() {
    assert_eq!(odd::all().await, 3, "no layer ran");
    let of = |names: &[&str]| {
        let methods: String = names
            .iter()
            .map(|name| {
                format!(
                    "rpc {name}(Nothing) returns (Nothing) {{ option (portcullis.v1.require) = {{ scope: \"a\" }}; }} "
                )
            })
            .collect();
        Descriptors::decode(&set_of(&format!("{ORDERS} {{ {methods} }}"))).unwrap()
    };
    let guessed = rows(&odd::ODD.inventory::<Odd>());
    assert_eq!(guessed, ["rpc test.Orders/GetHttpInfo: a", "rpc test.Orders/Move: c", "rpc test.Orders/Self: b"]);
    let resolved = of(&["GetHTTPInfo", "Self", "move", "NotAnnotated"]).resolve::<Odd>(&odd::ODD).unwrap();
    assert_eq!(
        rows(&resolved),
        ["rpc test.Orders/GetHTTPInfo: a", "rpc test.Orders/Self: b", "rpc test.Orders/move: c"]
    );

    let error = of(&["GetHTTPInfo", "GetHttpInfo", "Self"]).resolve::<Odd>(&odd::ODD).unwrap_err();
    let faults: Vec<_> = error.faults().collect();
    assert_eq!(faults.len(), 2, "{error}");
    assert!(faults[0].starts_with("`get_http_info` is the Rust name of several RPCs of `test.Orders`"), "{error}");
    assert!(faults[1].starts_with("`move` is annotated and no RPC of `test.Orders`"), "{error}");
}
