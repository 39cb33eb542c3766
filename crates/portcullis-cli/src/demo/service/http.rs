//! The operations over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use portcullis_axum::{Rejection, Require};

use super::orders::{CancelOrders, NewOrder, Order, Orders, ReadOrders, ReadReports, Report, WriteOrders};
use super::way::{Station, Way};

pub(super) async fn list(
    Require(by): Require<ReadOrders>,
    Extension(way): Extension<Way>,
    State(orders): State<Orders>,
) -> Json<Vec<Order>> {
    way.passed(Station::Resource);
    Json(orders.list(&by))
}

pub(super) async fn place(
    Require(by): Require<WriteOrders>,
    Extension(way): Extension<Way>,
    State(orders): State<Orders>,
    Json(new): Json<NewOrder>,
) -> Response {
    way.passed(Station::Resource);
    match orders.place(new, &by) {
        Some(order) => (StatusCode::CREATED, Json(order)).into_response(),
        None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}

pub(super) async fn cancel(
    Require(by): Require<CancelOrders>,
    Extension(way): Extension<Way>,
    State(orders): State<Orders>,
    Path(id): Path<u64>,
) -> Result<Response, Rejection> {
    let Some(order) = orders.to_cancel(id, &by) else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let by = by.on(&order)?; // somebody else's: 403
    way.passed(Station::Resource);
    Ok(match orders.cancel(by) {
        Some(order) => Json(order).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

pub(super) async fn report(
    Require(by): Require<ReadReports>,
    Extension(way): Extension<Way>,
    State(orders): State<Orders>,
) -> Json<Report> {
    way.passed(Station::Resource);
    Json(orders.report(&by))
}

/// A route that somebody forgot to write a rule for. Nobody gets here: what is not in the table is refused, and the audit names it.
pub(super) async fn forgotten() -> &'static str {
    "every customer's address"
}
