//! One table for every host: what it lets through, what it refuses, and that nothing gets around it.

mod hosts;
mod model;
mod naive;
mod parity;
mod paths;
mod report;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use portcullis::policy::{Policy, PolicyBuilder};
use portcullis::{AccessModel, Authority, Denied, DeniedKind, Rules};
use portcullis_testing::TestIssuer;
use tower::{Layer, ServiceExt, service_fn};

/// An authority that judges by the model of this policy.
fn authority(issuer: &TestIssuer, policy: &Policy) -> Authority {
    let algorithms = [issuer.key().algorithm()];
    let rules =
        |rules: Rules| rules.algorithms(algorithms).roles_from(["roles"]).access_model(policy.access_model().clone());
    portcullis_tests::builder(issuer, issuer.keys()).rules(rules).build().unwrap()
}

fn table() -> PolicyBuilder {
    Policy::builder()
}

fn roles(names: &[&str]) -> Arc<AccessModel> {
    let none: [&str; 0] = [];
    names.iter().fold(AccessModel::builder(), |model, name| model.role(*name, none)).build().unwrap().into()
}

fn request(method: &str, path: &str, token: Option<&str>) -> Request<()> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(()).unwrap()
}

fn call_of(path: &str, token: Option<&str>) -> Request<()> {
    let mut request = request("POST", path, token);
    request.headers_mut().insert("content-type", "application/grpc".parse().unwrap());
    request
}

/// Status and kind of the answer of a service behind the table, which answers 200.
async fn verdict(authority: &Authority, policy: &Policy, request: Request<()>) -> (u16, Option<DeniedKind>) {
    let inner = service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
    let answer = authority.enforce(policy).unwrap().layer(inner).oneshot(request).await.unwrap();
    (answer.status().as_u16(), answer.extensions().get::<Denied>().map(Denied::kind))
}

const OK: (u16, Option<DeniedKind>) = (200, None);
