//! The routes and their guards.

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::get;
use orders_support::{ManageUsers, Orders, SeeReports};
use portcullis::Authority;

use crate::handlers;

/// An order is small: a longer body is refused.
pub(crate) const LONGEST_BODY: usize = 4096;

/// What handlers ask the router for.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) authority: Authority,
    pub(crate) orders: Orders,
}

/// The whole service.
///
/// The layer stands on the guarded router, its fallback included: an unknown path says 401 before it says 404, and a wrong
/// method 401 before 405. Mind the fallback: without one, axum may answer unknown paths with 404 before any layer.
pub(crate) fn app(authority: Authority, orders: Orders) -> Router {
    let open = Router::new()
        .route("/public", get(handlers::public).fallback(handlers::other_method))
        .route("/ready", get(handlers::ready).fallback(handlers::other_method));
    let guarded = Router::new()
        .route("/orders", get(handlers::list).post(handlers::create))
        .route("/orders/{id}", get(handlers::show).delete(handlers::remove))
        .route("/admin", get(handlers::admin).route_layer(authority.require(ManageUsers)))
        .route("/reports", get(handlers::reports).route_layer(authority.require(SeeReports)))
        .fallback(handlers::not_found)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(authority.authenticate());
    open.merge(guarded).with_state(App { authority, orders })
}
