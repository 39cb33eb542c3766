//! `tonic-orders`.

use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes};
use futures::{Stream, stream};
use portcullis_tests::example::{GRPC, PATIENCE, Server};
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};

use super::{Expected, Needs, guarded};

const READ: Needs = Needs::All(&["orders:read"]);
const WRITE: Needs = Needs::All(&["orders:write"]);
const DELETE: Needs = Needs::All(&["orders:write", "orders:delete"]);

/// `id` or `item`, the first field: "1", "none", "gate".
const ONE: &[u8] = b"\x0a\x011";
const NONE: &[u8] = b"\x0a\x04none";
const GATE: &[u8] = b"\x0a\x04gate";

struct Row {
    method: &'static str,
    message: &'static [u8],
    needs: Needs,
    /// The code for who may.
    then: Code,
}

const fn row(method: &'static str, message: &'static [u8], needs: Needs, then: Code) -> Row {
    Row { method, message, needs, then }
}

const METHODS: &[Row] = &[
    row("/orders.v1.Orders/ListOrders", b"", READ, Code::Ok),
    row("/orders.v1.Orders/GetOrder", ONE, READ, Code::Ok),
    row("/orders.v1.Orders/GetOrder", NONE, READ, Code::NotFound),
    row("/orders.v1.Orders/CreateOrder", GATE, WRITE, Code::Ok),
    row("/orders.v1.Orders/DeleteOrder", NONE, DELETE, Code::NotFound),
    row("/orders.v1.Orders/WatchOrders", GATE, READ, Code::Ok),
    row("/orders.v1.Orders/Ping", b"", Needs::Nothing, Code::Ok),
];

const NOT_THERE: &[Row] = &[
    row("/orders.v1.Orders/Nothing", b"", Needs::Token, Code::Unimplemented),
    row("/orders.v1.Orders/ping", b"", Needs::Token, Code::Unimplemented),
    row("/orders.v1.Orders/Ping/", b"", Needs::Token, Code::Unimplemented),
    row("/orders.v2.Orders/GetOrder", ONE, Needs::Token, Code::Unimplemented),
    row("/grpc.health.v1.Health/Check", b"", Needs::Token, Code::Unimplemented),
];

async fn check(rows: &[Row]) {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    for Row { method, message, needs, then } in rows {
        for ask in needs.asks(&issuer) {
            let result = client.call(method, message, ask.token.as_deref()).await;
            let status = result.err().unwrap_or_else(|| Status::ok(""));
            let row = format!("{method}, {}: {status:?}", ask.name);
            let (code, message) = match (ask.expected, ask.name) {
                (Expected::Allowed, _) => (*then, None),
                (Expected::Forbidden, _) => {
                    (Code::PermissionDenied, Some("the token lacks a scope that this operation needs"))
                }
                (_, "no token") => (Code::Unauthenticated, Some("a bearer token is required")),
                (_, "expired") => (Code::Unauthenticated, Some("the token has expired")),
                _ => (Code::Unauthenticated, Some("the token signature is invalid")),
            };
            assert_eq!(status.code(), code, "{row}");
            assert!(message.is_none_or(|message| status.message() == message), "{row}");
            let challenge = status.metadata().get("www-authenticate").map(|value| value.to_str().unwrap());
            let realm = r#"Bearer realm="https://api.test""#;
            match ask.expected {
                Expected::Allowed => assert_eq!(challenge, None, "{row}"),
                Expected::Unauthenticated if ask.name == "no token" => assert_eq!(challenge, Some(realm), "{row}"),
                Expected::Unauthenticated => assert!(challenge.unwrap().contains(r#"error="invalid_token""#), "{row}"),
                Expected::Forbidden => {
                    let scope = format!(r#", scope="{}""#, needs.challenged());
                    assert!(challenge.unwrap().contains(&scope), "{row}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_method_with_every_kind_of_token() {
    check(METHODS).await;
}

#[tokio::test]
async fn an_unknown_method_is_unauthenticated_then_unimplemented() {
    check(NOT_THERE).await;
}

/// The layer judges paths: one that the server could read in another way goes no further.
#[tokio::test]
async fn an_ambiguous_path_is_refused_whoever_asks() {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    let everything = issuer.token("orders:read orders:write orders:delete");
    for path in ["/orders.v1.Orders/%50ing", "//orders.v1.Orders/Ping", "/orders.v1.Orders/Ping/../GetOrder"] {
        for token in [None, Some(everything.as_str())] {
            let refused = client.call(path, b"", token).await.unwrap_err();
            assert_eq!((refused.code(), refused.message()), (Code::Unauthenticated, "the path is ambiguous"), "{path}");
        }
    }
}

#[tokio::test]
async fn watching_tells_of_changes_until_the_caller_is_done() {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    let (ask, mut changes) = client.watch(&issuer.token("orders:read")).await.unwrap();

    ask.send(Bytes::from_static(b"\x0a\x0aportcullis")).await.unwrap();
    let first = next(&mut changes).await.unwrap().expect("the order that is there");
    assert!(first.starts_with(b"\x0a") && contains(&first, b"portcullis"), "{first:?}");

    ask.send(Bytes::from_static(GATE)).await.unwrap();
    let create = issuer.token("orders:write");
    // The server reads the message whenever it likes: place orders until it tells of one.
    let placed = loop {
        client.call("/orders.v1.Orders/CreateOrder", GATE, Some(&create)).await.unwrap();
        if let Ok(change) = tokio::time::timeout(Duration::from_millis(200), changes.message()).await {
            break change.unwrap().expect("a new order");
        }
    };
    assert!(placed.starts_with(b"\x0a") && contains(&placed, b"gate"), "{placed:?}");
    drop(ask);
    while next(&mut changes).await.unwrap().is_some() {}
}

#[tokio::test]
async fn watching_ends_with_the_token() {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    let begun = Instant::now();
    let token = issuer.mint().scope("orders:read").expires_in(3).sign();
    let (ask, mut changes) = client.watch(&token).await.unwrap();
    ask.send(Bytes::from_static(b"\x0a\x0aportcullis")).await.unwrap();
    assert!(next(&mut changes).await.unwrap().is_some());

    let ended = next(&mut changes).await.unwrap_err();
    assert_eq!((ended.code(), ended.message()), (Code::Unauthenticated, "the token has expired"));
    let lasted = begun.elapsed();
    assert!(lasted > Duration::from_secs(1) && lasted < Duration::from_secs(5), "{lasted:?}");
    // The leeway lets a new call in for a little longer; its stream ends at once.
    if let Ok((_ask, mut changes)) = client.watch(&token).await {
        assert_eq!(next(&mut changes).await.unwrap_err().code(), Code::Unauthenticated);
    }
}

#[tokio::test]
async fn a_stream_under_way_does_not_hold_the_server_up() {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    let (ask, mut changes) = client.watch(&issuer.token("orders:read")).await.unwrap();
    ask.send(Bytes::from_static(b"\x0a\x0aportcullis")).await.unwrap();
    assert!(next(&mut changes).await.unwrap().is_some());
    assert_eq!(server.stop("TERM").code(), Some(0));
}

#[tokio::test]
async fn a_message_is_small() {
    let (server, issuer) = guarded(GRPC);
    let client = Client::connect(&server).await;
    let long = [&b"\x0a\x88\x27"[..], &[b'x'; 5000]].concat();
    let refused = client.call("/orders.v1.Orders/CreateOrder", &long, Some(&issuer.token("orders:write"))).await;
    assert_eq!(refused.unwrap_err().code(), Code::OutOfRange);
}

/// The token of the printed line works; the line itself is pasted in the interop tests, which have a grpcurl.
#[tokio::test]
async fn the_printed_token_works() {
    let server = Server::start(GRPC, &[]);
    let client = Client::connect(&server).await;
    let token = server.announced().iter().find(|line| line.starts_with("ey")).unwrap();
    client.call("/orders.v1.Orders/GetOrder", ONE, Some(token)).await.unwrap();
    let refused = client.call("/orders.v1.Orders/CreateOrder", GATE, Some(token)).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
}

fn contains(message: &[u8], text: &[u8]) -> bool {
    message.windows(text.len()).any(|part| part == text)
}

async fn next(answer: &mut Streaming<Bytes>) -> Result<Option<Bytes>, Status> {
    tokio::time::timeout(PATIENCE, answer.message()).await.expect("an answer in time")
}

/// A client without generated code: messages are bytes.
struct Client(Grpc<Channel>);

impl Client {
    async fn connect(server: &Server) -> Self {
        let endpoint = Endpoint::try_from(format!("http://{}", server.address())).unwrap();
        Self(Grpc::new(endpoint.timeout(PATIENCE).connect().await.unwrap()))
    }

    /// Any kind of method can be called with one message and a stream for an answer: on the wire they are all alike.
    async fn call(&self, method: &str, message: &[u8], token: Option<&str>) -> Result<Vec<Bytes>, Status> {
        let message = Bytes::copy_from_slice(message);
        let mut answer = self.stream(method, stream::iter([message]), token).await?;
        let mut messages = Vec::new();
        while let Some(message) = next(&mut answer).await? {
            messages.push(message);
        }
        Ok(messages)
    }

    async fn watch(&self, token: &str) -> Result<(mpsc::Sender<Bytes>, Streaming<Bytes>), Status> {
        let (ask, asked) = mpsc::channel::<Bytes>(8);
        let asked = stream::unfold(asked, |mut asked| async move { Some((asked.recv().await?, asked)) });
        Ok((ask, self.stream("/orders.v1.Orders/WatchOrders", asked, Some(token)).await?))
    }

    async fn stream(
        &self,
        method: &str,
        messages: impl Stream<Item = Bytes> + Send + 'static,
        token: Option<&str>,
    ) -> Result<Streaming<Bytes>, Status> {
        let mut request = Request::new(messages);
        if let Some(token) = token {
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let mut client = self.0.clone();
        client.ready().await.unwrap();
        client.streaming(request, method.parse().unwrap(), Raw).await.map(tonic::Response::into_inner)
    }
}

#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = buffer.remaining();
        Ok(Some(buffer.copy_to_bytes(length)))
    }
}
