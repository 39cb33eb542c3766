//! The guards of a router.

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, any};
use http::header::ALLOW;
use http::{HeaderMap, Method, StatusCode};
use portcullis::policy::Access;
use portcullis::{Authority, Denied, DeniedKind, GuardedRequest as _, NoBody, Refusal, Requirement, Responder};

use super::parameters::RouteParameters;

/// Who guards the routes of a router, and how a refusal reads.
#[derive(Clone)]
pub(super) struct Guards {
    pub(super) authority: Authority,
    responder: SharedResponder,
}

impl Guards {
    pub(super) fn new(authority: &Authority) -> Self {
        Self { authority: authority.clone(), responder: SharedResponder(Arc::new(NoBody)) }
    }

    pub(super) fn respond_by(&mut self, responder: impl Responder<Body> + Send + Sync + 'static) {
        self.responder = SharedResponder(Arc::new(responder));
    }

    /// Puts the guard around a handler; `None` when this version knows no guard for what it asks.
    pub(super) fn around<S>(&self, handler: MethodRouter<S>, access: &Access) -> Option<MethodRouter<S>>
    where
        S: Clone + Send + Sync + 'static,
    {
        let responder = || self.responder.clone();
        Some(match access {
            Access::Public { .. } => handler.route_layer(self.authority.open()),
            Access::Require { requirement, max_age, .. } => {
                let judged = if requirement.parameters().is_empty() {
                    handler.route_layer(self.authority.require(requirement.clone()).responder(responder()))
                } else {
                    let judge = Judge { guards: self.clone(), requirement: requirement.clone() };
                    handler.route_layer(from_fn_with_state(Arc::new(judge), judge_at))
                };
                let authenticate = self.authority.authenticate().responder(responder());
                judged.route_layer(match max_age {
                    Some(limit) => authenticate.max_age(*limit),
                    None => authenticate,
                })
            }
            _ => return None,
        })
    }

    /// Tells callers who prove themselves that the method is not there, and which are. axum would tell everybody in its header.
    pub(super) fn without_method<S>(&self, methods: &[Method]) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(",");
        let answer = move || async move { (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, allow)]) };
        any(answer).layer(self.authority.authenticate().responder(self.responder.clone()))
    }

    /// Tells callers who prove themselves that nothing is there.
    pub(super) fn without_path(&self) -> MethodRouter {
        any(async || StatusCode::NOT_FOUND).layer(self.authority.authenticate().responder(self.responder.clone()))
    }
}

/// Judges what takes the parameters of the path; a layer that authenticates stands around it.
struct Judge {
    guards: Guards,
    requirement: Requirement,
}

async fn judge_at(
    State(judge): State<Arc<Judge>>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    match judge.judge(parameters, &request) {
        Ok(()) => next.run(request).await,
        Err(denied) => judge.guards.refuse(denied, request.headers()),
    }
}

impl Judge {
    fn judge(
        &self,
        parameters: Result<RawPathParams, RawPathParamsRejection>,
        request: &Request,
    ) -> Result<(), Denied> {
        let parameters = parameters.map_err(|_| DeniedKind::AmbiguousPath)?;
        request.principal()?.require_at(&self.requirement, &RouteParameters(&parameters))
    }
}

impl Guards {
    fn refuse(&self, denied: Denied, headers: &HeaderMap) -> Response {
        let refusal = Refusal::new(denied, self.authority.protocol(headers)).by(&self.authority);
        refusal.into_response(&self.responder).into_response()
    }
}

/// The responder of a router, whatever its type.
#[derive(Clone)]
struct SharedResponder(Arc<dyn Responder<Body> + Send + Sync>);

impl Responder<Body> for SharedResponder {
    fn body(&self, denied: &Denied, headers: &mut HeaderMap) -> Body {
        self.0.body(denied, headers)
    }

    fn empty(&self) -> Body {
        self.0.empty()
    }
}

impl fmt::Debug for SharedResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedResponder")
    }
}
