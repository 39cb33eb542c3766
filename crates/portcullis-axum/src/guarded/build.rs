//! From the routes to the router of axum, once they are known to be good.

use std::collections::BTreeMap;

use axum::Router;
use http::Method;
use portcullis::policy::{Endpoint, Inventory};

use super::guards::Guards;
use super::router::Route;
use super::{RouterError, check};

/// Nothing is given to axum before everything is checked: it panics at what it does not take.
pub(super) fn build<S>(
    guards: Guards,
    routes: Vec<Route<S>>,
    faults: Vec<String>,
) -> Result<(Router<S>, Inventory), RouterError>
where
    S: Clone + Send + Sync + 'static,
{
    let operations: Vec<_> = routes.iter().map(|route| (route.operation(), &route.guards(&guards).authority)).collect();
    RouterError::check(faults.into_iter().chain(check::faults(&operations)))?;
    drop(operations);

    let inventory = inventory(&routes);
    let mut router = without_methods(&routes, &guards);
    for route in routes {
        let access = &route.handled.access;
        let Some(handler) = route.guards(&guards).around(route.handled.handler.clone(), access) else {
            return Err(RouterError::one(format!("{}: this version has no guard for it", route.operation())));
        };
        let inner = Router::new().route(&route.path, handler);
        router =
            router.merge(route.prefixes.iter().rev().fold(inner, |inner, prefix| Router::new().nest(prefix, inner)));
    }
    Ok((router.fallback_service(guards.without_path()), inventory))
}

fn inventory<S>(routes: &[Route<S>]) -> Inventory {
    let mut inventory = Inventory::new();
    for route in routes {
        for method in &route.handled.methods {
            let endpoint = Endpoint::http(method.clone(), route.full_path());
            inventory = inventory.with(endpoint, Some(route.handled.access.clone()));
        }
    }
    inventory
}

/// The paths, with an answer to the methods that they do not have. Once for each path: it may come from several routers.
fn without_methods<S>(routes: &[Route<S>], guards: &Guards) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let mut paths: BTreeMap<String, (&Guards, Vec<Method>)> = BTreeMap::new();
    for route in routes {
        let (_, methods) = paths.entry(route.full_path()).or_insert_with(|| (route.guards(guards), Vec::new()));
        for method in &route.handled.methods {
            methods.push(method.clone());
            if method == Method::GET {
                methods.push(Method::HEAD);
            }
        }
    }
    paths
        .into_iter()
        .fold(Router::new(), |router, (path, (guards, methods))| router.route(&path, guards.without_method(&methods)))
}
