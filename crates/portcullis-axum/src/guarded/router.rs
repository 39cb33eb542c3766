//! The router.

use std::fmt;

use axum::Router;
use axum::body::Body;
use portcullis::policy::{Inventory, Operation, Target};
use portcullis::{Authority, Responder};

use super::guards::Guards;
use super::methods::{GuardedMethods, Handled};
use super::{RouterError, build, nest};

/// A router to which no route can be added without a permission, or a reason why it is public.
///
/// ```
/// use axum::Router;
/// use portcullis::Authority;
/// use portcullis::policy::public;
/// use portcullis_axum::GuardedRouter;
/// use portcullis_axum::routing::get;
///
/// portcullis::permissions! {
///     pub ReadOrders = "orders:read";
///     pub WriteOrders = "orders:write";
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use tower::ServiceExt;
/// # let issuer = portcullis_testing::TestIssuer::new();
/// # let authority = Authority::builder().issuer(issuer.issuer()).audience(issuer.audience()).keys(issuer.keys()).build()?;
/// let admin = GuardedRouter::new(&authority).route("/orders", get(WriteOrders, async || "all of them"));
/// let (app, inventory) = GuardedRouter::new(&authority)
///     .route("/orders", get(ReadOrders, async || "orders").post(WriteOrders, async || "written"))
///     .route("/public", get(public("landing page, carries no data"), async || "welcome"))
///     .nest("/admin", admin)
///     .build()?;
/// let app: Router = app; // for `axum::serve`, layers around it and all else
/// assert_eq!(inventory.to_string(), "GET /admin/orders\nGET /orders\nPOST /orders\nGET /public\n");
///
/// # let call = |method: &str, path: &str, token: Option<String>| {
/// #     let mut request = http::Request::builder().method(method).uri(path);
/// #     if let Some(token) = token { request = request.header("authorization", format!("Bearer {token}")); }
/// #     let answer = app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap());
/// #     async move { answer.await.unwrap().status().as_u16() }
/// # };
/// let reader = || Some(issuer.token("orders:read"));
/// assert_eq!(call("GET", "/orders", reader()).await, 200);
/// assert_eq!(call("HEAD", "/orders", reader()).await, 200);
/// assert_eq!(call("GET", "/public", None).await, 200);
/// assert_eq!(call("GET", "/orders", None).await, 401);
/// assert_eq!(call("POST", "/orders", reader()).await, 403);
/// assert_eq!(call("PUT", "/orders", None).await, 401); // before 405
/// assert_eq!(call("GET", "/unknown", None).await, 401); // before 404
/// # Ok(())
/// # }
/// ```
///
/// # What guards what
///
/// - The guard stands directly around the handler, behind the router: no other reading of the path can part the two. A
///   requirement that names a parameter of the path is judged by the value that the handler gets.
/// - Which methods and paths there are is told only to callers who prove themselves: a wrong method is 405 and an unknown path 404
///   behind 401, on public paths too. The 405 is answered for by the router that declared the path first.
/// - On a public route nobody is asked. [`MaybePrincipal`](crate::MaybePrincipal) gives its handler the caller and refuses a bad
///   token; [`Require`](crate::Require) asks for more.
/// - Layers go around the built router ([`Router::layer`]), so they stand outside of the guards and see every request that comes,
///   before it is judged: one for CORS answers preflights there. What is to see judged requests only goes around a handler
///   ([`Handler::layer`](axum::handler::Handler::layer)).
/// - What is added to the router once it is built is added to a plain one, without a guard, and stands in no inventory: add it here,
///   or put a [`PolicyLayer`](portcullis::policy::PolicyLayer) in front and audit it against the inventory.
///
/// The annotation `#[require]` cannot register a handler here: a handler is a function that does not know its path. The permission
/// is said at the route; a handler that asks for [`Require<P>`](crate::Require) as well gets the proof of it.
#[must_use = "the router is made by `build`"]
pub struct GuardedRouter<S = ()> {
    guards: Guards,
    routes: Vec<Route<S>>,
    /// What was wrong with prefixes.
    faults: Vec<String>,
}

/// One handler on its path.
pub(super) struct Route<S> {
    /// Where its router is nested, from the outside in.
    pub(super) prefixes: Vec<String>,
    pub(super) path: String,
    pub(super) handled: Handled<S>,
    /// `None` while it is the router's own, which may still change them.
    guards: Option<Guards>,
}

impl<S> Route<S> {
    /// The path that requests come by.
    pub(super) fn full_path(&self) -> String {
        self.prefixes.iter().rev().fold(self.path.clone(), |path, prefix| nest::join(prefix, &path))
    }

    pub(super) fn operation(&self) -> Operation {
        let target = Target::http(self.handled.methods.iter().cloned(), self.full_path());
        Operation::new(target, self.handled.access.clone())
    }

    pub(super) fn guards<'r>(&'r self, of_the_router: &'r Guards) -> &'r Guards {
        self.guards.as_ref().unwrap_or(of_the_router)
    }
}

impl<S> GuardedRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// A router without routes, whose routes this authority guards.
    pub fn new(authority: &Authority) -> Self {
        Self { guards: Guards::new(authority), routes: Vec::new(), faults: Vec::new() }
    }

    /// Fills the body of refusals, of all routes of this router; a router that is nested or merged has its own.
    pub fn responder(mut self, responder: impl Responder<Body> + Send + Sync + 'static) -> Self {
        self.guards.respond_by(responder);
        self
    }

    /// Adds a path, in axum's syntax, with its methods. A path may be added again with other methods.
    pub fn route(mut self, path: impl Into<String>, methods: GuardedMethods<S>) -> Self {
        let path = path.into();
        let route = |handled| Route { prefixes: Vec::new(), path: path.clone(), handled, guards: None };
        self.routes.extend(methods.0.into_iter().map(route));
        self
    }

    /// Adds the routes of another router behind a prefix, as axum's [`nest`](Router::nest) does: handlers see the path without the
    /// prefix. They stay guarded as they are.
    pub fn nest(mut self, prefix: impl Into<String>, other: Self) -> Self {
        let prefix = prefix.into();
        self.faults.extend(nest::flaw(&prefix));
        let first = self.routes.len();
        self = self.merge(other);
        for route in self.routes.iter_mut().skip(first) {
            route.prefixes.insert(0, prefix.clone());
        }
        self
    }

    /// Adds the routes of another router. They stay guarded as they are.
    pub fn merge(mut self, other: Self) -> Self {
        self.faults.extend(other.faults);
        let guards = other.guards;
        let settled = |route: Route<S>| Route { guards: Some(route.guards.unwrap_or_else(|| guards.clone())), ..route };
        self.routes.extend(other.routes.into_iter().map(settled));
        self
    }

    /// Gives the handlers their state, so that a router of another state can take the routes in.
    pub fn with_state<N>(self, state: S) -> GuardedRouter<N> {
        let of = |route: Route<S>| {
            let Handled { methods, access, handler } = route.handled;
            let handled = Handled { methods, access, handler: handler.with_state(state.clone()) };
            Route { prefixes: route.prefixes, path: route.path, handled, guards: route.guards }
        };
        let routes = self.routes.into_iter().map(of).collect();
        GuardedRouter { guards: self.guards, routes, faults: self.faults }
    }

    /// The router, and the inventory of what it serves: every method of every path, with what it asks of its callers, for
    /// comparison with a [`Policy`](portcullis::policy::Policy).
    ///
    /// # Errors
    /// Every fault there is, where axum would panic or a rule could not hold: a blank reason, a method twice on a path, paths that
    /// cannot be told apart or that no request gets to, a parameter that its path does not have, a role that the access model of
    /// the authority does not declare.
    pub fn build(self) -> Result<(Router<S>, Inventory), RouterError> {
        build::build(self.guards, self.routes, self.faults)
    }
}

impl<S> fmt::Debug for GuardedRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = self.routes.iter().map(|route| route.operation().to_string());
        f.debug_list().entries(routes).finish()
    }
}
