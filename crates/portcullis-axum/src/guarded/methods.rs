//! The methods of a path, each with what it asks of its callers.

use std::convert::Infallible;
use std::fmt;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter};
use http::Method;
use portcullis::policy::Access;
use tower_service::Service;

use super::IntoAccess;

/// The methods of a path, each with what it asks of its callers: made by the functions of [`routing`], for
/// [`GuardedRouter::route`](crate::GuardedRouter::route).
#[must_use = "the methods of a path go to `GuardedRouter::route`"]
pub struct GuardedMethods<S = ()>(pub(super) Vec<Handled<S>>);

/// What one handler answers.
pub(super) struct Handled<S> {
    pub(super) methods: Vec<Method>,
    pub(super) access: Access,
    /// The handler; nothing guards it yet.
    pub(super) handler: MethodRouter<S>,
}

impl<S> GuardedMethods<S> {
    const fn new() -> Self {
        Self(Vec::new())
    }

    fn with(mut self, methods: &[Method], access: Access, handler: MethodRouter<S>) -> Self {
        self.0.push(Handled { methods: methods.to_vec(), access, handler });
        self
    }
}

impl<S> fmt::Debug for GuardedMethods<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl<S> fmt::Debug for Handled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.methods, self.access)
    }
}

const ALL: MethodFilter = MethodFilter::GET
    .or(MethodFilter::POST)
    .or(MethodFilter::PUT)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::DELETE)
    .or(MethodFilter::OPTIONS);

macro_rules! methods {
    ($($name:ident $service:ident [$($method:ident)+] $filter:expr, $what:literal)+) => {
        impl<S: Clone + Send + Sync + 'static> GuardedMethods<S> {$(
            #[doc = concat!("Adds ", $what)]
            pub fn $name<H, T>(self, access: impl IntoAccess, handler: H) -> Self
            where
                H: Handler<T, S>,
                T: 'static,
            {
                let handler = MethodRouter::new().on($filter, handler);
                self.with(&[$(Method::$method),+], access.into_access(), handler)
            }

            #[doc = concat!("Adds ", $what, " A service answers.")]
            pub fn $service<V>(self, access: impl IntoAccess, service: V) -> Self
            where
                V: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
                V::Response: IntoResponse + 'static,
                V::Future: Send + 'static,
            {
                let handler = MethodRouter::new().on_service($filter, service);
                self.with(&[$(Method::$method),+], access.into_access(), handler)
            }
        )+}

        /// The methods of a path, as axum has them, with what each asks of its callers before its handler.
        ///
        /// ```
        /// use portcullis::policy::public;
        /// use portcullis_axum::GuardedMethods;
        /// use portcullis_axum::routing::get;
        ///
        /// portcullis::permissions! {
        ///     pub ReadOrders = "orders:read";
        ///     pub WriteOrders = "orders:write";
        /// }
        ///
        /// let orders: GuardedMethods = get(ReadOrders, async || "orders").post(WriteOrders, async || "written");
        /// let landing: GuardedMethods = get(public("landing page, carries no data"), async || "welcome");
        /// # let _ = (orders, landing);
        /// ```
        ///
        /// A route that says nothing does not compile:
        ///
        /// ```compile_fail
        /// # use portcullis_axum::{GuardedMethods, routing::get};
        /// let open: GuardedMethods = get(async || "orders");
        /// ```
        pub mod routing {
            use super::{GuardedMethods, Handler, Infallible, IntoAccess, IntoResponse, Request, Service};

            $(
                #[doc = $what]
                pub fn $name<H, T, S>(access: impl IntoAccess, handler: H) -> GuardedMethods<S>
                where
                    H: Handler<T, S>,
                    T: 'static,
                    S: Clone + Send + Sync + 'static,
                {
                    GuardedMethods::new().$name(access, handler)
                }

                #[doc = concat!($what, " A service answers.")]
                pub fn $service<V, S>(access: impl IntoAccess, service: V) -> GuardedMethods<S>
                where
                    V: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
                    V::Response: IntoResponse + 'static,
                    V::Future: Send + 'static,
                    S: Clone + Send + Sync + 'static,
                {
                    GuardedMethods::new().$service(access, service)
                }
            )+
        }
    };
}

methods! {
    get get_service [GET] MethodFilter::GET, "`GET`, and `HEAD`, which follows it."
    post post_service [POST] MethodFilter::POST, "`POST`."
    put put_service [PUT] MethodFilter::PUT, "`PUT`."
    patch patch_service [PATCH] MethodFilter::PATCH, "`PATCH`."
    delete delete_service [DELETE] MethodFilter::DELETE, "`DELETE`."
    head head_service [HEAD] MethodFilter::HEAD, "`HEAD`, on a path without `GET`."
    options options_service [OPTIONS] MethodFilter::OPTIONS, "`OPTIONS`."
    any any_service [GET POST PUT PATCH DELETE OPTIONS] ALL, "`GET` with `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` and `OPTIONS`."
}
