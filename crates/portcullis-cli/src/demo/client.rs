//! A client of the demo, like any other: it has an address, and what comes back.

use std::net::SocketAddr;

use axum::body::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use prost::Message;
use serde_json::Value;
use tonic::Status;

use super::service::catalog::{Call, How};
use super::service::rpc::OrdersClient;
use super::service::rpc::messages::{NewOrder, OrderId};
use super::service::way;
use crate::failure::Failure;

/// Talks HTTP/1.1 and gRPC over HTTP/2 to the demo.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    http: Http<HttpConnector, Full<Bytes>>,
    grpc: OrdersClient<Http<HttpConnector, tonic::body::Body>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The HTTP status, or the code of gRPC.
    pub(crate) status: u16,
    /// Whether the operation was done: 2xx, OK.
    pub(crate) done: bool,
    /// The refusal by its stable name, and the layer, if it is one.
    pub(crate) kind: Option<String>,
    pub(crate) stopped: Option<String>,
    /// How many layers let it through.
    pub(crate) passed: usize,
    /// The challenge (RFC 6750 §3), if there is one.
    pub(crate) challenge: Option<String>,
    body: Bytes,
}

impl Reply {
    fn new(status: u16, done: bool, headers: &HeaderMap, body: Bytes) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let passed = text(way::PASSED).unwrap_or_default().split_whitespace().count();
        let challenge = text(http::header::WWW_AUTHENTICATE);
        Self { status, done, kind: text(way::KIND), stopped: text(way::STOPPED), passed, challenge, body }
    }

    /// The body as JSON; nothing if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let http = Http::builder(TokioExecutor::new()).build_http();
        let h2 = Http::builder(TokioExecutor::new()).http2_only(true).build_http();
        let origin = http::Uri::builder().scheme("http").authority(address.to_string()).path_and_query("/").build();
        Self { address, http, grpc: OrdersClient::with_origin(h2, origin.unwrap_or_default()) }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Result<Reply, Failure> {
        self.send(Method::GET, path, token.map(bearer).as_deref(), None).await
    }

    /// Sends JSON to the desk.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Reply, Failure> {
        self.send(method, path, None, Some(("application/json", body.to_string()))).await
    }

    /// Sends a form to the token endpoint.
    pub(crate) async fn form(&self, authorization: Option<&str>, fields: &[(&str, &str)]) -> Result<Reply, Failure> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, "/token", authorization, Some(("application/x-www-form-urlencoded", body))).await
    }

    /// Calls an operation of the services.
    pub(crate) async fn call(&self, call: &Call, token: Option<&str>) -> Result<Reply, Failure> {
        match &call.how {
            How::Http { method, path, body } => {
                let method =
                    Method::from_bytes(method.as_bytes()).map_err(|error| Failure::new("the catalog", error))?;
                let body = body.map(|body| ("application/json", body.to_owned()));
                self.send(method, path, token.map(bearer).as_deref(), body).await
            }
            How::Grpc { path, message } => self.call_rpc(path, message, token).await,
        }
    }

    async fn call_rpc(&self, path: &str, message: &[u8], token: Option<&str>) -> Result<Reply, Failure> {
        let mut client = self.grpc.clone();
        let damaged = |error| Failure::new("the catalog", error);
        let answer = match path {
            "/demo.v1.Orders/PlaceOrder" => {
                client.place_order(request(NewOrder::decode(message).map_err(damaged)?, token)?).await
            }
            "/demo.v1.Orders/RefundOrder" => {
                client.refund_order(request(OrderId::decode(message).map_err(damaged)?, token)?).await
            }
            _ => client.get_order(request(OrderId::decode(message).map_err(damaged)?, token)?).await,
        };
        Ok(match answer {
            Ok(order) => Reply::new(0, true, &order.metadata().clone().into_headers(), Bytes::new()),
            Err(status) => of_status(&status),
        })
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        authorization: Option<&str>,
        content: Option<(&str, String)>,
    ) -> Result<Reply, Failure> {
        let lost = |error: &dyn std::fmt::Display| Failure::new(format!("{method} {path}"), error);
        let mut request = Request::builder().method(&method).uri(format!("http://{}{path}", self.address));
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let body = match content {
            Some((kind, body)) => {
                request = request.header(CONTENT_TYPE, kind);
                Full::from(body)
            }
            None => Full::default(),
        };
        let response = self.http.request(request.body(body).map_err(|error| lost(&error))?).await;
        let (head, body) = response.map_err(|error| lost(&error))?.into_parts();
        let body = body.collect().await.map_err(|error| lost(&error))?.to_bytes();
        Ok(Reply::new(head.status.as_u16(), head.status.is_success(), &head.headers, body))
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn request<M>(message: M, token: Option<&str>) -> Result<tonic::Request<M>, Failure> {
    let mut request = tonic::Request::new(message);
    if let Some(token) = token {
        let value = bearer(token).parse().map_err(|error| Failure::new("a token", error))?;
        request.metadata_mut().insert("authorization", value);
    }
    Ok(request)
}

fn of_status(status: &Status) -> Reply {
    let code = u16::try_from(i32::from(status.code())).unwrap_or(u16::MAX);
    Reply::new(code, false, &status.metadata().clone().into_headers(), Bytes::new())
}
