//! What the service does, and who may have it done.

use std::convert::Infallible;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use orders_support::{DeleteOrders, ManageUsers, NewOrder, Orders, Proof, ReadOrders, SeeReports, WriteOrders};
use portcullis::policy::{Allowed, Policy};
use portcullis::{Authority, Denied, Granted, GuardedRequest, Permission, SetupError};
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
        async move { Ok(route::<ByCode>(request, &orders).await.unwrap_or_else(|failure| failure.answer(&authority))) }
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

/// The same service with a table in front, which decides instead of the code below.
pub(crate) fn service_by(
    authority: Authority,
    policy: &Policy,
    orders: Orders,
) -> Result<
    impl Service<Request<Incoming>, Response = Answer, Error = Infallible, Future: Send> + Clone + Send + use<>,
    SetupError,
> {
    let layer = authority.enforce(policy)?;
    Ok(layer.layer(service_fn(move |request: Request<Incoming>| {
        let (authority, orders) = (authority.clone(), orders.clone());
        async move {
            let answered = match (request.method(), request.uri().path()) {
                (&Method::GET | &Method::HEAD, "/public") => Ok(answer::json(StatusCode::OK, &json!({ "open": true }))),
                _ => route::<ByTable>(request, &orders).await,
            };
            Ok(answered.unwrap_or_else(|failure| failure.answer(&authority)))
        }
    })))
}

/// Who is asked for the proof that the store wants to see.
trait Ask {
    type Proof<P: Permission>: Proof<P>;

    fn ask<P: Permission>(request: &Request<Incoming>) -> Result<Self::Proof<P>, Denied>;
}

/// The token, by the permission that the code names.
struct ByCode;

impl Ask for ByCode {
    type Proof<P: Permission> = Granted<P>;

    fn ask<P: Permission>(request: &Request<Incoming>) -> Result<Granted<P>, Denied> {
        request.require()
    }
}

/// The table that let the request through.
struct ByTable;

impl Ask for ByTable {
    type Proof<P: Permission> = Allowed;

    fn ask<P: Permission>(request: &Request<Incoming>) -> Result<Allowed, Denied> {
        request.allowed()
    }
}

/// The routes behind the guard. The paths are the bytes of the request line as they came, so nothing is reached by another
/// spelling.
async fn route<A: Ask>(request: Request<Incoming>, orders: &Orders) -> Result<Answer, Failure> {
    let path = request.uri().path();
    let id = path.strip_prefix("/orders/").filter(|id| !id.is_empty() && !id.contains('/'));

    match (request.method(), path, id) {
        (&Method::GET | &Method::HEAD, "/orders", _) => {
            let by = A::ask::<ReadOrders>(&request)?;
            Ok(answer::json(StatusCode::OK, &orders.list(&by)))
        }
        (&Method::POST, "/orders", _) => {
            let by = A::ask::<WriteOrders>(&request)?;
            let new: NewOrder = answer::read_json(request.into_body()).await?;
            Ok(answer::json(StatusCode::CREATED, &orders.create(new, &by)))
        }
        (&Method::GET | &Method::HEAD, _, Some(id)) => {
            let by = A::ask::<ReadOrders>(&request)?;
            let order = orders.get(id, &by).ok_or(StatusCode::NOT_FOUND)?;
            Ok(answer::json(StatusCode::OK, &order))
        }
        (&Method::DELETE, _, Some(id)) => {
            let by = A::ask::<DeleteOrders>(&request)?;
            orders.delete(id, &by).ok_or(StatusCode::NOT_FOUND)?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (&Method::GET | &Method::HEAD, "/admin", _) => {
            let by = A::ask::<ManageUsers>(&request)?;
            let you = by.caller().and_then(|caller| caller.subject());
            Ok(answer::json(StatusCode::OK, &json!({ "you": you, "users": ["alice", "bob"] })))
        }
        (&Method::GET | &Method::HEAD, "/reports", _) => {
            let _ = A::ask::<SeeReports>(&request)?;
            Ok(answer::json(StatusCode::OK, &json!({ "reports": ["orders by month"] })))
        }
        (_, "/orders", _) => Err(Failure::OtherMethod("GET, HEAD, POST")),
        (_, _, Some(_)) => Err(Failure::OtherMethod("GET, HEAD, DELETE")),
        (_, "/admin" | "/reports" | "/public", _) => Err(Failure::OtherMethod("GET, HEAD")),
        _ => Err(StatusCode::NOT_FOUND.into()),
    }
}
