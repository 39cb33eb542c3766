//! A route for everybody says why.

use portcullis::policy::public;
use portcullis_axum::GuardedMethods;
use portcullis_axum::routing::get;

async fn landing() -> &'static str {
    "welcome"
}

fn main() {
    let _: GuardedMethods = get(public(), landing);
}
