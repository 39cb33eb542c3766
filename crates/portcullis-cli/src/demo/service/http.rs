//! The operations over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use portcullis::{ProblemDetails, Protocol, Refusal};
use portcullis_axum::Require;

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
) -> Response {
    let Some(order) = orders.to_cancel(id, &by) else { return StatusCode::NOT_FOUND.into_response() };
    match by.on(&order) {
        Ok(by) => {
            way.passed(Station::Resource);
            orders.cancel(by).map(Json).ok_or(StatusCode::NOT_FOUND).into_response()
        }
        // Somebody else's. In the words of the layers; `by.on(&order)?` with a `Rejection` has none.
        Err(denied) => Refusal::new(denied, Protocol::Http).into_response(&ProblemDetails),
    }
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
