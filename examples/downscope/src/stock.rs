//! The service at the end of the chain.

use std::error::Error;

use axum::routing::get;
use axum::{Json, Router};
use portcullis::Authority;
use portcullis_axum::Require;
use portcullis_issuer::Issuer;
use serde_json::{Value, json};

use crate::issuer::STOCK;
use crate::seen;

portcullis::permissions! {
    /// See what there is.
    pub(crate) ReadStock = "stock:read";
}

pub(crate) fn app(issuer: &Issuer) -> Result<Router, Box<dyn Error>> {
    let authority = Authority::builder()
        .issuer(issuer.name())
        .audience(STOCK)
        .keys(issuer.key_source())
        .rules(|rules| rules.rfc9068_profile())
        .build()?;
    Ok(Router::new().route("/stock/{item}", get(stock)).layer(authority.authenticate()))
}

async fn stock(Require(by): Require<ReadStock>) -> Json<Value> {
    Json(json!({ "items": 3, "seen by stock": seen::of(by.principal()) }))
}
