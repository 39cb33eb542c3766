//! The same routes behind a table, which decides instead of the code of [`handlers`].
//!
//! [`Allowed`] is the proof that the table let the request through; the store takes it in place of a permission.

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use orders_support::{NewOrder, Order, Orders};
use portcullis::policy::Policy;
use portcullis::{Authority, SetupError};
use portcullis_axum::{Allowed, MaybePrincipal};
use serde_json::{Value, json};

use crate::app::{App, LONGEST_BODY};
use crate::handlers;

/// The layer stands around the router: whatever is not in the table never gets to it.
pub(crate) fn app(authority: Authority, policy: &Policy, orders: Orders) -> Result<Router, SetupError> {
    let layer = authority.enforce(policy)?;
    let routes = Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(show).delete(remove))
        .route("/admin", get(admin))
        .route("/reports", get(handlers::reports))
        .route("/public", get(handlers::public))
        .route("/ready", get(handlers::ready));
    Ok(routes.layer(DefaultBodyLimit::max(LONGEST_BODY)).layer(layer).with_state(App { authority, orders }))
}

async fn list(Allowed(by): Allowed, State(orders): State<Orders>) -> Json<Vec<Order>> {
    Json(orders.list(&by))
}

async fn show(
    Allowed(by): Allowed,
    State(orders): State<Orders>,
    Path(id): Path<String>,
) -> Result<Json<Order>, StatusCode> {
    orders.get(&id, &by).map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn create(
    Allowed(by): Allowed,
    State(orders): State<Orders>,
    Json(new): Json<NewOrder>,
) -> (StatusCode, Json<Order>) {
    (StatusCode::CREATED, Json(orders.create(new, &by)))
}

async fn remove(Allowed(by): Allowed, State(orders): State<Orders>, Path(id): Path<String>) -> StatusCode {
    orders.delete(&id, &by).map_or(StatusCode::NOT_FOUND, |_| StatusCode::NO_CONTENT)
}

async fn admin(MaybePrincipal(caller): MaybePrincipal) -> Json<Value> {
    Json(json!({ "you": caller.as_ref().and_then(|caller| caller.subject()), "users": ["alice", "bob"] }))
}
