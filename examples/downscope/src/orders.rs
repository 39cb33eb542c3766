//! The service in the middle: called by you, and calling stock on your behalf.

use std::error::Error;
use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use portcullis::Authority;
use portcullis_axum::Require;
use portcullis_exchange::{Downscope, DownscopeService, SubjectToken, TokenExchange};
use portcullis_issuer::Issuer;
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};

use crate::issuer::{ORDERS, ORDERS_CLIENT, STOCK};
use crate::seen;

portcullis::permissions! {
    /// See an order.
    pub(crate) ReadOrders = "orders:read";
}

/// Whom to ask what is in stock: whatever goes out through it carries a token for stock alone.
#[derive(Clone)]
struct Stock {
    at: SocketAddr,
    client: DownscopeService<Client<HttpConnector, Empty<axum::body::Bytes>>>,
}

pub(crate) fn app(
    issuer: &Issuer,
    token_endpoint: &str,
    secret: &str,
    stock: SocketAddr,
) -> Result<Router, Box<dyn Error>> {
    let authority = Authority::builder()
        .issuer(issuer.name())
        .audience(ORDERS)
        .keys(issuer.key_source())
        .rules(|rules| rules.rfc9068_profile())
        .build()?;
    let exchange = TokenExchange::at(token_endpoint).client_secret(ORDERS_CLIENT, secret).build()?;
    let read_stock = Downscope::to(STOCK).scopes(["stock:read"])?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let stock = Stock { at: stock, client: exchange.downscope(read_stock).layer(client) };
    Ok(Router::new().route("/orders/{id}", get(order)).with_state(stock).layer(authority.authenticate()))
}

async fn order(
    Require(by): Require<ReadOrders>,
    State(stock): State<Stock>,
    Path(id): Path<u32>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let in_stock = stock.ask(id, &headers).await.map_err(|error| {
        eprintln!("stock cannot be asked: {error}");
        StatusCode::BAD_GATEWAY
    })?;
    Ok(Json(json!({ "order": id, "seen by orders": seen::of(by.principal()), "stock": in_stock })).into_response())
}

impl Stock {
    async fn ask(&self, item: u32, inbound: &HeaderMap) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let mut request = Request::get(format!("http://{}/stock/{item}", self.at)).body(Empty::new())?;
        request.extensions_mut().insert(SubjectToken::from_headers(inbound)?);
        let response = self.client.clone().oneshot(request).await?;
        if response.status() != StatusCode::OK {
            return Err(format!("stock answers {}", response.status()).into());
        }
        Ok(serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?)
    }
}
