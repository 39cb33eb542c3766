//! A second service, that orders call on behalf of their caller: another audience, one permission.

use axum::extract::Path;
use axum::routing::get;
use axum::{Extension, Json, Router};
use portcullis_axum::Require;
use serde_json::{Value, json};

use super::way::{Station, Way};

portcullis::permissions! {
    /// See what is in stock.
    pub(super) ReadStock = "stock:read";
}

pub(super) fn routes() -> Router {
    Router::new().route("/stock/{item}", get(item))
}

async fn item(Require(_): Require<ReadStock>, Extension(way): Extension<Way>, Path(item): Path<String>) -> Json<Value> {
    way.passed(Station::Resource);
    Json(json!({ "item": item, "in_stock": 3 }))
}
