//! Keys from elsewhere: what an outage, a rotation, a flood or a broken document does to the tokens of a service.

mod discovery;
mod faults;
mod file;
mod life;
mod machine;
mod outage;
mod rotation;
mod telemetry;
mod tls;
mod trust;

use std::convert::Infallible;
use std::time::Duration;

use http::{Request, Response};
use portcullis::{Authority, Denied, DeniedKind};
use portcullis_jwks::RemoteKeys;
use portcullis_testing::TestIssuer;
use portcullis_tests::{builder, request};
use tower::{Layer, ServiceExt, service_fn};

/// In all that these tests wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a request with this token comes to: `Ok` when it got through, with the key that it took awaited if it was on its way.
async fn ask(authority: &Authority, token: &str) -> Result<(), (u16, DeniedKind)> {
    let response = authority.authenticate().layer(service_fn(fine)).oneshot(request(token)).await.unwrap();
    match response.extensions().get::<Denied>() {
        None => Ok(()),
        Some(denied) => {
            let unavailable = response.status() == 503;
            assert_eq!(response.headers().contains_key("retry-after"), unavailable, "a 503 says when to come again");
            Err((response.status().as_u16(), denied.kind()))
        }
    }
}

async fn fine(_: Request<String>) -> Result<Response<String>, Infallible> {
    Ok(Response::new(String::new()))
}

const NO_KEYS: Result<(), (u16, DeniedKind)> = Err((503, DeniedKind::KeysUnavailable));
const UNKNOWN_KEY: Result<(), (u16, DeniedKind)> = Err((401, DeniedKind::UnknownKey));

fn authority_of(issuer: &TestIssuer, keys: &RemoteKeys) -> Authority {
    builder(issuer, keys.clone()).build().unwrap()
}

/// Waits until it holds, for what another process or task does in its own time.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
