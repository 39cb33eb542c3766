//! Neither do the routes of a router of axum.

use portcullis::Authority;
use portcullis_axum::GuardedRouter;

fn nested(authority: &Authority, plain: axum::Router) -> GuardedRouter {
    GuardedRouter::new(authority).nest("/admin", plain)
}

fn merged(authority: &Authority, plain: axum::Router) -> GuardedRouter {
    GuardedRouter::new(authority).merge(plain)
}

fn main() {
    let _ = (nested, merged);
}
