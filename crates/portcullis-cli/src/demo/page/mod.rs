//! The page: static files in the binary. It is a client like any other, and asks nobody but this server for anything.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::routing::get;

use super::scenario;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($at:literal $kind:ident $name:literal)+) => {
        &[$(($at, $kind, include_str!(concat!("files/", $name)))),+]
    };
}

const FILES: &[(&str, &str, &str)] = files! {
    "/" HTML "index.html"
    "/style.css" CSS "style.css"
    "/gate.svg" SVG "gate.svg"
    "/main.js" SCRIPT "main.js"
    "/session.js" SCRIPT "session.js"
    "/state.js" SCRIPT "state.js"
    "/wire.js" SCRIPT "wire.js"
    "/grpc.js" SCRIPT "grpc.js"
    "/jwt.js" SCRIPT "jwt.js"
    "/dom.js" SCRIPT "dom.js"
    "/way.js" SCRIPT "way.js"
    "/mint.js" SCRIPT "mint.js"
    "/calls.js" SCRIPT "calls.js"
    "/attacks.js" SCRIPT "attacks.js"
    "/scenario.js" SCRIPT "scenario.js"
    "/matrix.js" SCRIPT "matrix.js"
};

/// Scripts and styles of this server alone, nothing inline, no way to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

pub(crate) fn routes() -> Router {
    let files = FILES.iter().copied().chain([("/scenarios.json", JSON, scenario::SOURCE)]);
    files.fold(Router::new(), |router, (at, kind, content)| router.route(at, get(async move || file(kind, content))))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &'static str); 6] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // Another build may come to the same address.
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers.map(|(name, value)| (name, HeaderValue::from_static(value))), content)
}
