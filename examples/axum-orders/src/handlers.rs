//! The handlers, and the ways to ask for a permission.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use orders_support::{DeleteOrders, NewOrder, Order, Orders, ReadOrders, WriteOrders};
use portcullis::{Authority, IssuerHealth};
use portcullis_axum::{FromState, Principal, Require};
use serde_json::{Value, json};

// With the extractor: the proof is an argument like any other. Put it first, so that nothing is read of a request that
// is going to be refused.

pub(crate) async fn list(Require(by): Require<ReadOrders>, State(orders): State<Orders>) -> Json<Vec<Order>> {
    Json(orders.list(&by))
}

pub(crate) async fn show(
    Require(by): Require<ReadOrders>,
    State(orders): State<Orders>,
    Path(id): Path<String>,
) -> Result<Json<Order>, StatusCode> {
    orders.get(&id, &by).map(Json).ok_or(StatusCode::NOT_FOUND)
}

// With the annotation: it puts the same extractor in front, and `by` is the proof.

#[portcullis::require(by: WriteOrders)]
pub(crate) async fn create(State(orders): State<Orders>, Json(new): Json<NewOrder>) -> (StatusCode, Json<Order>) {
    (StatusCode::CREATED, Json(orders.create(new, &by)))
}

#[portcullis::require(by: DeleteOrders)]
pub(crate) async fn remove(State(orders): State<Orders>, Path(id): Path<String>) -> StatusCode {
    orders.delete(&id, &by).map_or(StatusCode::NOT_FOUND, |_| StatusCode::NO_CONTENT)
}

// With a layer on the route: the handler need not know. `Principal` is who calls.

pub(crate) async fn admin(Principal(caller): Principal) -> Json<Value> {
    Json(json!({ "you": caller.subject(), "users": ["alice", "bob"] }))
}

pub(crate) async fn reports() -> Json<Value> {
    Json(json!({ "reports": ["orders by month"] }))
}

// Open to everyone; and what there is to say about the rest.

#[portcullis::public("it shows what an open route looks like")]
pub(crate) async fn public() -> Json<Value> {
    Json(json!({ "open": true }))
}

#[portcullis::public("an orchestrator asks it, who has no token")]
pub(crate) async fn ready(State(authority): State<Authority>) -> (StatusCode, Json<Vec<IssuerHealth>>) {
    let status = if authority.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(authority.health()))
}

/// Another method on an open path. No layer stands there, so the extractor takes the authority from the state.
pub(crate) async fn other_method(_: Principal<FromState>) -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}
