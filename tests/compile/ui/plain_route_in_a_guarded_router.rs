//! A route of axum says nothing.

use portcullis::Authority;
use portcullis_axum::GuardedRouter;

async fn list() -> &'static str {
    "orders"
}

fn router(authority: &Authority) -> GuardedRouter {
    GuardedRouter::new(authority).route("/orders", axum::routing::get(list))
}

fn main() {
    let _ = router;
}
