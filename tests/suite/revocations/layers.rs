//! A token that is revoked in one instance, at the layers of another.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use portcullis::{Authority, Denied, DeniedKind, GuardedRequest, Revocation, Rules};
use portcullis_redis::RedisRevocations;
use portcullis_testing::TestIssuer;
use portcullis_tests::redis::Redis;
use portcullis_tests::{ReadOrders, builder, request};
use tower::{Layer, ServiceExt, service_fn};

use super::{instance, list, started, until};

fn authority(issuer: &TestIssuer, list: &RedisRevocations) -> Authority {
    builder(issuer, issuer.keys()).rules(|rules: Rules| rules.revocations(list.clone())).build().unwrap()
}

async fn call(authority: &Authority, token: &str) -> Response<Full<Bytes>> {
    let orders = service_fn(async |request: Request<String>| {
        let _ = request.require::<ReadOrders>().unwrap();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    authority.require(ReadOrders).layer(orders).oneshot(request(token)).await.unwrap()
}

fn kind(response: &Response<Full<Bytes>>) -> Option<DeniedKind> {
    response.extensions().get::<Denied>().map(Denied::kind)
}

/// Waits until a token is answered with this status.
async fn until_status(authority: &Authority, token: &str, status: u16) -> Response<Full<Bytes>> {
    for _ in 0..1000 {
        let response = call(authority, token).await;
        if response.status().as_u16() == status {
            return response;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never {status}: {:?}", call(authority, token).await);
}

#[tokio::test]
async fn a_token_revoked_at_one_instance_is_refused_by_the_layers_of_the_other() {
    let mut redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    let lenient = started(list(&redis).dangerous().allow_while_away()).await;
    let issuer = TestIssuer::new();
    let (guard, lenient_guard) = (authority(&issuer, &there), authority(&issuer, &lenient));
    let mint = |jti: &str| issuer.mint().scope("orders:read").claim("jti", jti).sign();
    let (good, stolen) = (mint("good"), mint("stolen"));
    assert_eq!(call(&guard, &stolen).await.status(), 200);

    // As its owner would: the entry is made of the verified token.
    let verifier = authority(&issuer, &here);
    let principal = verifier.trust().verifiers()[0].verify(&stolen).unwrap();
    here.revoke(principal.revocation().unwrap()).await.unwrap();
    let refused = until_status(&guard, &stolen, 401).await;
    assert_eq!(kind(&refused), Some(DeniedKind::Revoked));
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
    assert_eq!(call(&guard, &good).await.status(), 200);

    redis.stop();
    let unavailable = until_status(&guard, &good, 503).await;
    assert_eq!(kind(&unavailable), Some(DeniedKind::RevocationsUnavailable));
    assert_eq!(unavailable.headers()["retry-after"], "1");
    assert_eq!(kind(&call(&guard, &stolen).await), Some(DeniedKind::Revoked), "401 all the same");
    until("it is away for the lenient one too", || lenient.is_away()).await;
    assert_eq!(call(&lenient_guard, &good).await.status(), 200);
    assert_eq!(kind(&call(&lenient_guard, &stolen).await), Some(DeniedKind::Revoked));

    redis.restart();
    until_status(&guard, &good, 200).await;
    assert_eq!(call(&guard, &stolen).await.status(), 401);
}

#[tokio::test]
async fn all_tokens_of_a_subject_from_before_a_moment_are_refused_and_new_ones_pass() {
    let redis = Redis::start();
    let (here, there) = (instance(&redis).await, instance(&redis).await);
    let issuer = TestIssuer::new();
    let guard = authority(&issuer, &there);
    let token = |ago: i64| issuer.mint().scope("orders:read").subject("alice").issued_ago(ago).sign();
    let demoted = portcullis::Timestamp::from_secs(super::now() - 5);
    here.revoke(Revocation::of_subject(issuer.issuer(), "alice", demoted, super::exp())).await.unwrap();
    until_status(&guard, &token(20), 401).await;
    assert_eq!(call(&guard, &token(0)).await.status(), 200);
}
