//! What the service does, and who may have it done.

use std::convert::Infallible;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use orders_support::{DeleteOrders, ManageUsers, NewOrder, Orders, ReadOrders, SeeReports, WriteOrders};
use portcullis::{Authority, GuardedRequest};
use serde_json::json;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::answer::{self, Answer, Failure};

/// The whole service. One path is open; the guard stands before all others, also before those that are not there.
pub(crate) fn service(
    authority: Authority,
    orders: Orders,
) -> impl Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone + Send {
    let guard = authority.authenticate();
    let guarded = guard.layer(service_fn(move |request: Request<Incoming>| {
        let (authority, orders) = (authority.clone(), orders.clone());
        async move { Ok(route(request, &orders).await.unwrap_or_else(|failure| failure.answer(&authority))) }
    }));
    service_fn(move |request: Request<Incoming>| {
        let guarded = guarded.clone();
        async move {
            match (request.method(), request.uri().path()) {
                (&Method::GET | &Method::HEAD, "/public") => Ok(answer::json(StatusCode::OK, &json!({ "open": true }))),
                _ => guarded.oneshot(request).await,
            }
        }
    })
}

/// The routes behind the guard. `require` gives the proof that the store wants to see; the paths are the bytes of the
/// request line as they came, so nothing is reached by another spelling.
async fn route(request: Request<Incoming>, orders: &Orders) -> Result<Answer, Failure> {
    let path = request.uri().path();
    let id = path.strip_prefix("/orders/").filter(|id| !id.is_empty() && !id.contains('/'));

    match (request.method(), path, id) {
        (&Method::GET | &Method::HEAD, "/orders", _) => {
            let by = request.require::<ReadOrders>()?;
            Ok(answer::json(StatusCode::OK, &orders.list(&by)))
        }
        (&Method::POST, "/orders", _) => {
            let by = request.require::<WriteOrders>()?;
            let new: NewOrder = answer::read_json(request.into_body()).await?;
            Ok(answer::json(StatusCode::CREATED, &orders.create(new, &by)))
        }
        (&Method::GET | &Method::HEAD, _, Some(id)) => {
            let by = request.require::<ReadOrders>()?;
            let order = orders.get(id, &by).ok_or(StatusCode::NOT_FOUND)?;
            Ok(answer::json(StatusCode::OK, &order))
        }
        (&Method::DELETE, _, Some(id)) => {
            let by = request.require::<DeleteOrders>()?;
            orders.delete(id, &by).ok_or(StatusCode::NOT_FOUND)?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (&Method::GET | &Method::HEAD, "/admin", _) => {
            let by = request.require::<ManageUsers>()?;
            let you = by.principal().subject();
            Ok(answer::json(StatusCode::OK, &json!({ "you": you, "users": ["alice", "bob"] })))
        }
        (&Method::GET | &Method::HEAD, "/reports", _) => {
            let _ = request.require::<SeeReports>()?;
            Ok(answer::json(StatusCode::OK, &json!({ "reports": ["orders by month"] })))
        }
        (_, "/orders", _) => Err(Failure::OtherMethod("GET, HEAD, POST")),
        (_, _, Some(_)) => Err(Failure::OtherMethod("GET, HEAD, DELETE")),
        (_, "/admin" | "/reports" | "/public", _) => Err(Failure::OtherMethod("GET, HEAD")),
        _ => Err(StatusCode::NOT_FOUND.into()),
    }
}
