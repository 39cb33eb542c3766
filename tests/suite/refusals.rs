//! Refusals on the wire, from real requests through the layers: every kind, for HTTP and gRPC, to the byte.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use portcullis::policy::{Inventory, Operation, Policy};
use portcullis::{
    AccessModel, AllOf, AnyOf, Authority, Denied, DeniedClass, DeniedKind, DetailsRule, GuardedRequest, NoBody,
    ProblemDetails, Protocol, Refusal, Requirement, Responder, Revocable, Revocations, Rules, Standing, StaticKeys,
    scope,
};
use portcullis_testing::{ManualClock, TestIssuer, Under, zoo};
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::wire::{match_challenge, parse_challenge, text};
use portcullis_tests::{ReadOrders, WriteOrders, builder};
use serde_json::json;
use tower::{Layer, ServiceExt, service_fn};

type Reply = Response<Full<Bytes>>;

/// How a request is to be asked and answered.
#[derive(Clone, Copy, Default)]
struct Ask {
    content_type: Option<&'static str>,
    resource_metadata: Option<&'static str>,
}

const HTTP: Ask = Ask { content_type: None, resource_metadata: None };
const GRPC: Ask = Ask { content_type: Some("application/grpc"), resource_metadata: None };

impl Ask {
    fn request(self, authorization: &[Vec<u8>]) -> Request<()> {
        let mut request = Request::get("/orders").body(()).unwrap();
        if let Some(content_type) = self.content_type {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for value in authorization {
            request.headers_mut().append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        request
    }

    fn authority(self, issuer: &TestIssuer, keys: impl portcullis::KeySource, rules: Rules) -> Authority {
        let mut authority = builder(issuer, keys).rules(|_| rules);
        if let Some(url) = self.resource_metadata {
            authority = authority.resource_metadata(url);
        }
        authority.build().unwrap()
    }
}

/// The answer to a request that is refused for this, through the layers.
async fn refused<R>(kind: DeniedKind, ask: Ask, responder: R) -> Reply
where
    R: Responder<Full<Bytes>> + Clone,
{
    let issuer = TestIssuer::new();
    let bearer = |token: String| vec![format!("Bearer {token}").into_bytes()];
    let good = bearer(issuer.token("orders:read"));
    let orders = service_fn(async |request: Request<()>| {
        Ok::<_, std::convert::Infallible>(match request.require::<ReadOrders>() {
            Ok(_) => panic!("a request that was to be refused got through"),
            Err(denied) => Refusal::new(denied, Protocol::of(request.headers())).into_response(&NoBody),
        })
    });
    macro_rules! guard {
        ($authority:expr, $authorization:expr) => {{
            let authority: Authority = $authority;
            let guard = authority.require(ReadOrders).responder(responder).layer(orders);
            guard.oneshot(ask.request(&$authorization)).await.unwrap()
        }};
    }
    match kind {
        DeniedKind::AmbiguousKey => {
            let twins = [(); 2].map(|()| portcullis_core::SigningKey::generate(portcullis::Algorithm::ES256).unwrap());
            let keys = twins.iter().map(|key| key.verifying_key().unwrap());
            let keys = StaticKeys::from(portcullis::KeySet::from_keys(keys).unwrap());
            let token = issuer.mint().scope("orders:read").without_header("kid").sign();
            guard!(ask.authority(&issuer, keys, Rules::new()), bearer(token))
        }
        DeniedKind::ClaimsMismatch => {
            let authority = ask.authority(&issuer, issuer.keys(), Rules::new());
            let guard = authority.extract_claims::<Vec<u8>>().responder(responder).layer(orders);
            guard.oneshot(ask.request(&good)).await.unwrap()
        }
        DeniedKind::KeysUnavailable => {
            guard!(ask.authority(&issuer, HandKeys::none(Answer::Refuse), Rules::new()), good)
        }
        DeniedKind::Revoked | DeniedKind::RevocationsUnavailable => {
            let standing = match kind {
                DeniedKind::Revoked => Standing::Revoked,
                _ => Standing::Unknown { retry_after: Duration::from_secs(2) },
            };
            guard!(ask.authority(&issuer, issuer.keys(), Rules::new().revocations(Always(standing))), good)
        }
        DeniedKind::ClockFailed => {
            let clock = ManualClock::now_of_system();
            clock.fail();
            guard!(ask.authority(&issuer, issuer.keys(), Rules::new().clock(clock)), good)
        }
        DeniedKind::ConflictingRoles => {
            let model = AccessModel::builder().role("a", [""; 0]).role("b", [""; 0]).exclusive(["a", "b"]).build();
            let rules = Rules::new().roles_from(["roles"]).access_model(model.unwrap());
            let both = issuer.mint().scope("orders:read").claim("roles", json!(["b", "a"])).sign();
            guard!(ask.authority(&issuer, issuer.keys(), rules), bearer(both))
        }
        DeniedKind::AmbiguousPath
        | DeniedKind::MissingRole
        | DeniedKind::ClaimNotMet
        | DeniedKind::DetailsNotMet
        | DeniedKind::WrongResource
        | DeniedKind::NoRule
        | DeniedKind::UnknownOperation => {
            let model: Arc<AccessModel> = AccessModel::builder().role("support", [""; 0]).build().unwrap().into();
            let rules = Rules::new().roles_from(["roles"]).access_model(model.clone());
            let authority = ask.authority(&issuer, issuer.keys(), rules);
            let requirement = match kind {
                DeniedKind::MissingRole => Requirement::role("support"),
                DeniedKind::ClaimNotMet => Requirement::claim("plan", "gold"),
                DeniedKind::DetailsNotMet => DetailsRule::new("payment").unwrap().into(),
                _ => Requirement::claim_is_parameter("tenant", "tenant"),
            };
            let policy = Policy::builder().access_model(model);
            let policy = match kind {
                DeniedKind::NoRule | DeniedKind::UnknownOperation => policy,
                _ => policy.operation(Operation::get("/{tenant}").require(requirement)),
            };
            let layer = authority.enforce(&policy.build().unwrap()).unwrap().responder(responder);
            let layer = if kind == DeniedKind::UnknownOperation { layer.serving(&Inventory::new()) } else { layer };
            let mut request = ask.request(&good);
            if kind == DeniedKind::AmbiguousPath {
                *request.uri_mut() = "/orders/../admin".parse().unwrap();
            }
            layer.layer(orders).oneshot(request).await.unwrap()
        }
        DeniedKind::ModelMismatch => {
            // Whoever is trusted later is held to it when a token comes.
            let trust = portcullis::TrustMap::new();
            let mut authority = Authority::builder().trust(trust.clone()).realm("https://api.test");
            if let Some(url) = ask.resource_metadata {
                authority = authority.resource_metadata(url);
            }
            let layer = authority.build().unwrap().enforce(&Policy::builder().build().unwrap()).unwrap();
            let model = AccessModel::builder().implies("a", ["b"]).build().unwrap();
            let rules = Rules::new().access_model(model);
            let verifier = portcullis::Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules);
            trust.insert(verifier.unwrap());
            layer.responder(responder).layer(orders).oneshot(ask.request(&good)).await.unwrap()
        }
        DeniedKind::NotGuarded => orders.oneshot(ask.request(&good)).await.unwrap(),
        _ => {
            let bad = zoo(&issuer).into_iter().find(|bad| bad.kind() == kind);
            let bad = bad.unwrap_or_else(|| panic!("nothing in the zoo is {kind}"));
            let rules = if bad.under() == Under::Rfc9068 { Rules::new().rfc9068_profile() } else { Rules::new() };
            let authority = ask.authority(&issuer, issuer.keys(), rules);
            if bad.under() == Under::MaxAge60 {
                let layer = authority.authenticate().max_age(Duration::from_secs(60)).responder(responder);
                return layer.layer(orders).oneshot(ask.request(bad.authorization())).await.unwrap();
            }
            guard!(authority, bad.authorization())
        }
    }
}

/// A list that knows one answer.
#[derive(Debug)]
struct Always(Standing);

impl Revocations for Always {
    fn standing(&self, _: &Revocable<'_>) -> Standing {
        self.0
    }
}

/// Every kind and what it looks like.
async fn table<R>(kinds: impl IntoIterator<Item = DeniedKind>, ask: Ask, responder: R) -> String
where
    R: Responder<Full<Bytes>> + Clone,
{
    let mut table = String::new();
    for kind in kinds {
        let reply = refused(kind, ask, responder.clone()).await;
        write!(table, "{kind}: {}", text(reply).await).unwrap();
    }
    table
}

/// One kind of each class.
const ONE_OF_EACH: [DeniedKind; 9] = [
    DeniedKind::MissingCredential,
    DeniedKind::MultipleCredentials,
    DeniedKind::Expired,
    DeniedKind::InsufficientScope,
    DeniedKind::NoRule,
    DeniedKind::UnknownOperation,
    DeniedKind::TooOld,
    DeniedKind::KeysUnavailable,
    DeniedKind::ClockFailed,
];

fn challenge(reply: &Reply) -> Option<&str> {
    let mut challenges = reply.headers().get_all(WWW_AUTHENTICATE).iter();
    let challenge = challenges.next().map(|value| value.to_str().unwrap());
    assert!(challenges.next().is_none(), "more than one challenge");
    challenge
}

#[tokio::test]
async fn every_kind_over_http() {
    let table = table(DeniedKind::ALL.iter().copied(), HTTP, NoBody).await;
    insta::assert_snapshot!(table, @r#"
    missing_credential: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test"
    malformed_credential: 400
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the credential is not one well-formed bearer token"
    multiple_credentials: 400
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="more than one credential was presented"
    credential_too_large: 400
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the credential is too large"
    ambiguous_path: 400
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the path is ambiguous"
    malformed_token: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is malformed"
    unacceptable_header: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token header is not acceptable"
    wrong_type: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is of another type"
    algorithm_not_allowed: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token algorithm is not allowed"
    unknown_key: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token was signed with an unknown key"
    ambiguous_key: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token does not say which key signed it"
    bad_signature: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token signature is invalid"
    malformed_claims: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token claims are malformed"
    missing_claim: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="a required claim is missing"
    wrong_issuer: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is from another issuer"
    wrong_audience: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is for another audience"
    expired: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has expired"
    not_yet_valid: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is not valid yet"
    issued_in_future: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token was issued in the future"
    lifetime_too_long: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token lives too long"
    sender_constrained: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is bound to a sender"
    revoked: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has been revoked"
    claims_mismatch: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token lacks the claims that this service reads"
    insufficient_scope: 403
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="insufficient_scope", error_description="the token lacks a scope that this operation needs", scope="orders:read"
    missing_role: 403
      cache-control: no-store
    claim_not_met: 403
      cache-control: no-store
    details_not_met: 403
      cache-control: no-store
    wrong_resource: 403
      cache-control: no-store
    conflicting_roles: 403
      cache-control: no-store
    no_rule: 403
      cache-control: no-store
    unknown_operation: 404
      cache-control: no-store
    too_old: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="insufficient_user_authentication", error_description="this operation needs a more recent token", max_age="60"
    keys_unavailable: 503
      cache-control: no-store
      retry-after: 5
    revocations_unavailable: 503
      cache-control: no-store
      retry-after: 2
    clock_failed: 500
      cache-control: no-store
    model_mismatch: 500
      cache-control: no-store
    not_guarded: 500
      cache-control: no-store
    "#);
}

#[tokio::test]
async fn every_kind_over_grpc() {
    let table = table(DeniedKind::ALL.iter().copied(), GRPC, NoBody).await;
    insta::assert_snapshot!(table, @r#"
    missing_credential: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: a bearer token is required
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test"
    malformed_credential: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the credential is not one well-formed bearer token
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the credential is not one well-formed bearer token"
    multiple_credentials: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: more than one credential was presented
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="more than one credential was presented"
    credential_too_large: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the credential is too large
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the credential is too large"
    ambiguous_path: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the path is ambiguous
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="the path is ambiguous"
    malformed_token: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is malformed
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is malformed"
    unacceptable_header: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token header is not acceptable
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token header is not acceptable"
    wrong_type: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is of another type
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is of another type"
    algorithm_not_allowed: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token algorithm is not allowed
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token algorithm is not allowed"
    unknown_key: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token was signed with an unknown key
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token was signed with an unknown key"
    ambiguous_key: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token does not say which key signed it
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token does not say which key signed it"
    bad_signature: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token signature is invalid
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token signature is invalid"
    malformed_claims: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token claims are malformed
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token claims are malformed"
    missing_claim: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: a required claim is missing
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="a required claim is missing"
    wrong_issuer: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is from another issuer
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is from another issuer"
    wrong_audience: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is for another audience
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is for another audience"
    expired: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token has expired
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has expired"
    not_yet_valid: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is not valid yet
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is not valid yet"
    issued_in_future: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token was issued in the future
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token was issued in the future"
    lifetime_too_long: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token lives too long
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token lives too long"
    sender_constrained: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is bound to a sender
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token is bound to a sender"
    revoked: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token has been revoked
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has been revoked"
    claims_mismatch: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token lacks the claims that this service reads
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token lacks the claims that this service reads"
    insufficient_scope: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token lacks a scope that this operation needs
      grpc-status: 7
      www-authenticate: Bearer realm="https://api.test", error="insufficient_scope", error_description="the token lacks a scope that this operation needs", scope="orders:read"
    missing_role: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the caller lacks a role that this operation needs
      grpc-status: 7
    claim_not_met: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token's claims do not allow this operation
      grpc-status: 7
    details_not_met: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token's authorization details do not allow this operation
      grpc-status: 7
    wrong_resource: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the token is not for this resource
      grpc-status: 7
    conflicting_roles: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the caller has roles that exclude each other
      grpc-status: 7
    no_rule: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: no rule allows this operation
      grpc-status: 7
    unknown_operation: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: there is no such operation
      grpc-status: 12
    too_old: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: this operation needs a more recent token
      grpc-status: 16
      www-authenticate: Bearer realm="https://api.test", error="insufficient_user_authentication", error_description="this operation needs a more recent token", max_age="60"
    keys_unavailable: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: the signing keys are not available
      grpc-status: 14
      retry-after: 5
    revocations_unavailable: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: whether the token is revoked cannot be told now
      grpc-status: 14
      retry-after: 2
    clock_failed: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: internal error
      grpc-status: 13
    model_mismatch: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: internal error
      grpc-status: 13
    not_guarded: 200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: internal error
      grpc-status: 13
    "#);
}

#[tokio::test]
async fn problem_details_over_http() {
    let table = table(ONE_OF_EACH, HTTP, ProblemDetails).await;
    insta::assert_snapshot!(table, @r#"
    missing_credential: 401
      cache-control: no-store
      content-type: application/problem+json
      www-authenticate: Bearer realm="https://api.test"
      {"detail":"a bearer token is required","kind":"missing_credential","status":401,"title":"Unauthorized"}
    multiple_credentials: 400
      cache-control: no-store
      content-type: application/problem+json
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="more than one credential was presented"
      {"detail":"more than one credential was presented","kind":"multiple_credentials","status":400,"title":"Bad Request"}
    expired: 401
      cache-control: no-store
      content-type: application/problem+json
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has expired"
      {"detail":"the token has expired","kind":"expired","status":401,"title":"Unauthorized"}
    insufficient_scope: 403
      cache-control: no-store
      content-type: application/problem+json
      www-authenticate: Bearer realm="https://api.test", error="insufficient_scope", error_description="the token lacks a scope that this operation needs", scope="orders:read"
      {"detail":"the token lacks a scope that this operation needs","kind":"insufficient_scope","scope":"orders:read","status":403,"title":"Forbidden"}
    no_rule: 403
      cache-control: no-store
      content-type: application/problem+json
      {"detail":"no rule allows this operation","kind":"no_rule","status":403,"title":"Forbidden"}
    unknown_operation: 404
      cache-control: no-store
      content-type: application/problem+json
      {"detail":"there is no such operation","kind":"unknown_operation","status":404,"title":"Not Found"}
    too_old: 401
      cache-control: no-store
      content-type: application/problem+json
      www-authenticate: Bearer realm="https://api.test", error="insufficient_user_authentication", error_description="this operation needs a more recent token", max_age="60"
      {"detail":"this operation needs a more recent token","kind":"too_old","status":401,"title":"Unauthorized"}
    keys_unavailable: 503
      cache-control: no-store
      content-type: application/problem+json
      retry-after: 5
      {"detail":"the signing keys are not available","kind":"keys_unavailable","status":503,"title":"Service Unavailable"}
    clock_failed: 500
      cache-control: no-store
      content-type: application/problem+json
      {"detail":"internal error","status":500,"title":"Internal Server Error"}
    "#);
}

#[tokio::test]
async fn problem_details_do_not_show_over_grpc() {
    let (with, without) = (table(ONE_OF_EACH, GRPC, ProblemDetails).await, table(ONE_OF_EACH, GRPC, NoBody).await);
    assert_eq!(with, without);
}

#[tokio::test]
async fn resource_metadata_is_in_every_challenge() {
    let ask = Ask { resource_metadata: Some("https://api.test/.well-known/oauth-protected-resource"), ..HTTP };
    let table = table(ONE_OF_EACH, ask, NoBody).await;
    insta::assert_snapshot!(table, @r#"
    missing_credential: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", resource_metadata="https://api.test/.well-known/oauth-protected-resource"
    multiple_credentials: 400
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_request", error_description="more than one credential was presented", resource_metadata="https://api.test/.well-known/oauth-protected-resource"
    expired: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="invalid_token", error_description="the token has expired", resource_metadata="https://api.test/.well-known/oauth-protected-resource"
    insufficient_scope: 403
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="insufficient_scope", error_description="the token lacks a scope that this operation needs", scope="orders:read", resource_metadata="https://api.test/.well-known/oauth-protected-resource"
    no_rule: 403
      cache-control: no-store
    unknown_operation: 404
      cache-control: no-store
    too_old: 401
      cache-control: no-store
      www-authenticate: Bearer realm="https://api.test", error="insufficient_user_authentication", error_description="this operation needs a more recent token", max_age="60", resource_metadata="https://api.test/.well-known/oauth-protected-resource"
    keys_unavailable: 503
      cache-control: no-store
      retry-after: 5
    clock_failed: 500
      cache-control: no-store
    "#);
}

#[tokio::test]
async fn the_content_type_of_the_request_decides_the_protocol() {
    let mut table = String::new();
    for content_type in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc+json",
        "application/grpc;charset=utf-8",
        "APPLICATION/GRPC",
        "application/grpc-web",
        "application/grpc-web+proto",
        "application/grpc-web-text",
        "application/grpc-web-text+proto",
        "Application/gRPC-Web-Text",
        "application/grpc-websocket",
        "application/grpc-web-texture",
        "application/grpcish",
        "application/grpc-other",
        "application/json",
        "text/plain; application/grpc",
        "",
    ] {
        let ask = Ask { content_type: Some(content_type), ..HTTP };
        let reply = refused(DeniedKind::Expired, ask, NoBody).await;
        let answered = reply.headers().get(CONTENT_TYPE).map_or("-", |value| value.to_str().unwrap());
        writeln!(table, "{content_type:?} -> {} {answered}", reply.status().as_u16()).unwrap();
    }
    insta::assert_snapshot!(table, @r#"
    "application/grpc" -> 200 application/grpc
    "application/grpc+proto" -> 200 application/grpc
    "application/grpc+json" -> 200 application/grpc
    "application/grpc;charset=utf-8" -> 200 application/grpc
    "APPLICATION/GRPC" -> 200 application/grpc
    "application/grpc-web" -> 200 application/grpc-web+proto
    "application/grpc-web+proto" -> 200 application/grpc-web+proto
    "application/grpc-web-text" -> 200 application/grpc-web-text+proto
    "application/grpc-web-text+proto" -> 200 application/grpc-web-text+proto
    "Application/gRPC-Web-Text" -> 200 application/grpc-web-text+proto
    "application/grpc-websocket" -> 401 -
    "application/grpc-web-texture" -> 401 -
    "application/grpcish" -> 401 -
    "application/grpc-other" -> 401 -
    "application/json" -> 401 -
    "text/plain; application/grpc" -> 401 -
    "" -> 401 -
    "#);
}

#[derive(Clone)]
struct Custom;

impl Responder<Full<Bytes>> for Custom {
    fn body(&self, denied: &Denied, headers: &mut HeaderMap) -> Full<Bytes> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.insert("x-kind", HeaderValue::from_static(denied.kind().as_str()));
        Full::from(format!("no: {denied}"))
    }

    fn empty(&self) -> Full<Bytes> {
        Full::default()
    }
}

#[tokio::test]
async fn a_custom_responder_fills_the_body() {
    let table = table([DeniedKind::MissingCredential, DeniedKind::KeysUnavailable], HTTP, Custom).await;
    insta::assert_snapshot!(table, @r#"
    missing_credential: 401
      cache-control: no-store
      content-type: text/plain
      www-authenticate: Bearer realm="https://api.test"
      x-kind: missing_credential
      no: a bearer token is required
    keys_unavailable: 503
      cache-control: no-store
      content-type: text/plain
      retry-after: 5
      x-kind: keys_unavailable
      no: the signing keys are not available
    "#);
}

/// Tries to turn refusals into something else.
#[derive(Clone)]
struct Saboteur;

impl Responder<Full<Bytes>> for Saboteur {
    fn body(&self, _: &Denied, headers: &mut HeaderMap) -> Full<Bytes> {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000"));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"phish\""));
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Negotiate"));
        Full::default()
    }

    fn empty(&self) -> Full<Bytes> {
        Full::from("not empty")
    }
}

#[tokio::test]
async fn a_responder_changes_neither_status_nor_challenge_nor_caching() {
    assert_eq!(table(ONE_OF_EACH, HTTP, Saboteur).await, table(ONE_OF_EACH, HTTP, NoBody).await);
}

#[tokio::test]
async fn every_refusal_leaves_its_denied_in_the_extensions() {
    for ask in [HTTP, GRPC] {
        for kind in DeniedKind::ALL {
            let reply = refused(*kind, ask, NoBody).await;
            assert_eq!(reply.extensions().get::<Denied>().map(Denied::kind), Some(*kind), "{kind}");
        }
    }
}

#[tokio::test]
async fn every_refusal_keeps_the_promises_of_its_class() {
    for ask in [HTTP, GRPC] {
        for kind in DeniedKind::ALL {
            let reply = refused(*kind, ask, NoBody).await;
            let header = |name| reply.headers().get(name).map(|value: &HeaderValue| value.to_str().unwrap());
            let (status, error, grpc) = match kind.class() {
                DeniedClass::NoCredential => (401, Some(None), "16"),
                DeniedClass::InvalidRequest => (400, Some(Some("invalid_request")), "16"),
                DeniedClass::InvalidToken => (401, Some(Some("invalid_token")), "16"),
                DeniedClass::InsufficientScope => (403, Some(Some("insufficient_scope")), "7"),
                DeniedClass::Forbidden => (403, None, "7"),
                DeniedClass::NotFound => (404, None, "12"),
                DeniedClass::TooOld => (401, Some(Some("insufficient_user_authentication")), "16"),
                DeniedClass::Unavailable => (503, None, "14"),
                DeniedClass::Internal => (500, None, "13"),
                class => panic!("{class:?} is new: say here what it promises"),
            };
            let over_grpc = ask.content_type.is_some();
            assert_eq!(reply.status().as_u16(), if over_grpc { 200 } else { status }, "{kind}");
            assert_eq!(header("grpc-status"), over_grpc.then_some(grpc), "{kind}");
            assert_eq!(header("grpc-message"), over_grpc.then_some(kind.description()), "{kind}");
            assert_eq!(header(CACHE_CONTROL.as_str()), Some("no-store"), "{kind}");
            assert_eq!(header(RETRY_AFTER.as_str()).is_some(), kind.class() == DeniedClass::Unavailable, "{kind}");
            let found = challenge(&reply).map(|challenge| {
                let parameters =
                    parse_challenge(challenge).unwrap_or_else(|flaw| panic!("{kind}: {flaw}: {challenge}"));
                parameters.into_iter().find(|(name, _)| *name == "error").map(|(_, error)| error)
            });
            assert_eq!(found, error, "{kind}");
        }
    }
}

#[tokio::test]
async fn clients_that_read_by_a_pattern_read_what_the_grammar_says() {
    let metadata = Some("https://api.test/.well-known/oauth-protected-resource?a=1&b=2");
    for ask in [HTTP, Ask { resource_metadata: metadata, ..HTTP }] {
        for kind in DeniedKind::ALL {
            let reply = refused(*kind, ask, NoBody).await;
            let Some(challenge) = challenge(&reply) else { continue };
            let parameters = parse_challenge(challenge).unwrap_or_else(|flaw| panic!("{kind}: {flaw}: {challenge}"));
            assert_eq!(match_challenge(challenge), parameters, "{kind}: {challenge}");
            for (name, value) in parameters {
                assert!(!value.contains("scope=") && !value.contains("error="), "{kind}: {name}={value}");
            }
        }
    }
}

#[test]
fn descriptions_need_no_escape_anywhere() {
    for kind in DeniedKind::ALL {
        let description = kind.description();
        let plain = |byte: u8| matches!(byte, 0x20..=0x7E) && !b"%\"\\".contains(&byte);
        assert!(!description.is_empty() && description.bytes().all(plain), "{kind}: {description:?}");
        assert!(!description.contains("scope=") && !description.contains("error="), "{kind}: {description:?}");
        let name = kind.as_str();
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name:?}");
    }
    let mut names: Vec<_> = DeniedKind::ALL.iter().map(|kind| kind.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), DeniedKind::ALL.len(), "two kinds of one name");
}

#[tokio::test]
async fn a_fault_of_the_service_tells_nothing() {
    let mut seen = Vec::new();
    for kind in DeniedKind::ALL.iter().filter(|kind| kind.class() == DeniedClass::Internal) {
        seen.push((text(refused(*kind, HTTP, NoBody).await).await, text(refused(*kind, GRPC, NoBody).await).await));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "the causes can be told apart: {seen:?}");
    insta::assert_snapshot!(format!("{}{}", seen[0].0, seen[0].1), @r"
    500
      cache-control: no-store
    200
      cache-control: no-store
      content-type: application/grpc
      grpc-message: internal error
      grpc-status: 13
    ");

    let problem = text(refused(DeniedKind::ClockFailed, HTTP, ProblemDetails).await).await;
    assert!(!problem.contains("clock"), "{problem}");
}

#[tokio::test]
async fn retry_after_is_what_the_source_says_rounded_up() {
    let known = TestIssuer::new();
    let stranger = known.mint().scope("orders:read").header("kid", "nobody").sign();
    for (millis, seconds) in [(0, "0"), (1, "1"), (1000, "1"), (1001, "2"), (90_500, "91")] {
        let keys = HandKeys::of(&known.keys(), Answer::Unavailable(millis));
        let guard = builder(&known, keys).build().unwrap().authenticate();
        let guard = guard.layer(service_fn(async |_| Ok::<_, std::convert::Infallible>(Reply::default())));
        let reply = guard.oneshot(HTTP.request(&[format!("Bearer {stranger}").into_bytes()])).await.unwrap();
        assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE, "{millis} ms");
        assert_eq!(reply.headers()[RETRY_AFTER], seconds, "{millis} ms");
    }
}

portcullis::permissions! {
    A = "a";
    B = "b";
    C = "c";
    BothInOne = all("a", "b");
    EitherInOne = any("a", "b");
    Punctuated = "https://api.test/orders,read;x='y'";
}

#[tokio::test]
async fn a_challenge_names_all_of_an_all_of_and_the_first_of_an_any_of() {
    let issuer = TestIssuer::new();
    let authority = portcullis_tests::authority(&issuer);
    let none: [Requirement; 0] = [];
    assert!(Requirement::all(none.clone()).is_err() && Requirement::any(none).is_err());
    for (name, requirement, wanted) in [
        ("one", Requirement::from(A), "a"),
        ("all by a type", AllOf::<(A, B, C)>::new().into(), "a b c"),
        ("any by a type", AnyOf::<(A, B, C)>::new().into(), "a"),
        ("all by a macro", BothInOne.into(), "a b"),
        ("any by a macro", EitherInOne.into(), "a"),
        ("all by operators", (A & B & C).into(), "a b c"),
        ("any by operators", (A | B | C).into(), "a"),
        ("all by values", Requirement::all([scope!("c"), scope!("a")]).unwrap(), "c a"),
        ("each once", Requirement::all([scope!("a"), scope!("b"), scope!("a")]).unwrap(), "a b"),
        ("any within all", (A & (B | C)).into(), "a b"),
        ("all within any", ((A & B) | C).into(), "a b"),
        ("a scope with punctuation", Punctuated.into(), "https://api.test/orders,read;x='y'"),
    ] {
        let guard = authority
            .require(requirement)
            .layer(service_fn(async |_| Ok::<_, std::convert::Infallible>(Reply::default())));
        let bearer = format!("Bearer {}", issuer.token("something:else"));
        let reply = guard.oneshot(HTTP.request(&[bearer.into_bytes()])).await.unwrap();
        assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{name}");
        let challenge = challenge(&reply).unwrap();
        let scope = parse_challenge(challenge).unwrap().into_iter().find(|(name, _)| *name == "scope");
        assert_eq!(scope, Some(("scope", wanted)), "{name}");
        assert_eq!(match_challenge(challenge), parse_challenge(challenge).unwrap(), "{name}");
    }
}

/// A caller who asks for the scopes of the challenge gets in with one round trip, and with nothing to spare.
#[tokio::test]
async fn the_scopes_of_the_challenge_are_enough() {
    let issuer = TestIssuer::new();
    let authority = portcullis_tests::authority(&issuer);
    let requirement: Requirement = (ReadOrders & (B | C) & (WriteOrders | A)).into();
    let guard =
        authority.require(requirement).layer(service_fn(async |_| Ok::<_, std::convert::Infallible>(Reply::default())));
    let ask = async |scopes: &str| {
        let bearer = format!("Bearer {}", issuer.token(scopes));
        guard.clone().oneshot(HTTP.request(&[bearer.into_bytes()])).await.unwrap()
    };
    let reply = ask("").await;
    let scopes = parse_challenge(challenge(&reply).unwrap()).unwrap();
    let (_, scopes) = scopes.into_iter().find(|(name, _)| *name == "scope").unwrap();
    assert_eq!(ask(scopes).await.status(), StatusCode::OK, "{scopes}");
    for left_out in scopes.split(' ') {
        let fewer: Vec<_> = scopes.split(' ').filter(|scope| *scope != left_out).collect();
        assert_eq!(ask(&fewer.join(" ")).await.status(), StatusCode::FORBIDDEN, "without {left_out}");
    }
}

#[tokio::test]
async fn nothing_that_the_client_sent_comes_back() {
    let issuer = TestIssuer::new();
    let authority = portcullis_tests::authority(&issuer);
    let evil = "x\", error=\"none\"\r\nset-cookie: a=b\r\n\r\n<script>";
    let mint = || issuer.mint().scope("orders:read");
    let cookie = HeaderValue::from_static("session=cookie-of-the-client");
    for (name, kind, token) in [
        ("kid", DeniedKind::UnknownKey, mint().header("kid", evil).sign()),
        ("typ", DeniedKind::WrongType, mint().header("typ", evil).sign()),
        ("alg", DeniedKind::AlgorithmNotAllowed, mint().header("alg", evil).sign()),
        ("crit", DeniedKind::UnacceptableHeader, mint().header("crit", vec![evil]).sign()),
        ("iss", DeniedKind::WrongIssuer, mint().claim("iss", evil).sign()),
        ("aud", DeniedKind::WrongAudience, mint().audience(evil).sign()),
        ("scope", DeniedKind::InsufficientScope, mint().scope(evil).sign()),
        ("cnf", DeniedKind::SenderConstrained, mint().claim("cnf", evil).sign()),
    ] {
        for (ask, content_type) in [(HTTP, None), (GRPC, Some("application/grpc; x=\"of-the-client\""))] {
            let guard = authority
                .require(ReadOrders)
                .layer(service_fn(async |_| Ok::<_, std::convert::Infallible>(Reply::default())));
            let mut request = ask.request(&[format!("Bearer {token}").into_bytes()]);
            request.headers_mut().insert("cookie", cookie.clone());
            if let Some(content_type) = content_type {
                request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            }
            let reply = text(guard.oneshot(request).await.unwrap()).await;
            assert_eq!(reply, text(refused(kind, ask, NoBody).await).await, "{name}");
        }
    }
}

#[test]
fn a_challenge_that_would_need_an_escape_is_refused_when_the_authority_is_built() {
    let issuer = TestIssuer::new();
    let long = "https://api.test/with space";
    for (name, realm, good) in [
        ("plain", "orders", true),
        ("with a comma", "orders, and more", true),
        ("empty", "", false),
        ("a quote", "a\"b", false),
        ("a backslash", "a\\b", false),
        ("a line break", "a\r\nb", false),
        ("not ASCII", "für", false),
        ("DEL", "a\u{7f}", false),
        ("scope=", "a scope=b", false),
        ("error=", "error=none", false),
    ] {
        assert_eq!(builder(&issuer, issuer.keys()).realm(realm).build().is_ok(), good, "realm: {name}");
        let named = TestIssuer::new().named("https://id.test", realm);
        let built = builder(&named, named.keys()).build().is_ok();
        assert_eq!(built, good, "the audience as the realm: {name}");
        let built = builder(&named, named.keys()).realm("orders").build().is_ok();
        assert_eq!(built, !realm.is_empty(), "an audience with a realm beside it: {name}");
    }
    for (name, url, good) in [
        ("https", "https://api.test/.well-known/oauth-protected-resource", true),
        ("http", "http://localhost:3000/.well-known/oauth-protected-resource", true),
        ("relative", "/.well-known/oauth-protected-resource", false),
        ("empty", "", false),
        ("a quote", "https://api.test/\"", false),
        ("a space", long, false),
        ("a script", "javascript:alert(1)", false),
        ("a line break", "https://api.test/\r\nset-cookie: a=b", false),
    ] {
        assert_eq!(builder(&issuer, issuer.keys()).resource_metadata(url).build().is_ok(), good, "metadata: {name}");
    }
}

/// `portcullis_tonic::status` says of every kind what the layer says.
#[tokio::test]
async fn a_status_of_a_method_reads_like_the_refusal_of_a_layer() {
    let issuer = TestIssuer::new();
    let authority = portcullis_tests::authority(&issuer);
    for kind in DeniedKind::ALL {
        let reply = refused(*kind, GRPC, NoBody).await;
        let denied = reply.extensions().get::<Denied>().unwrap().clone();
        let by = (*kind != DeniedKind::NotGuarded).then_some(&authority);
        let status = portcullis_tonic::status(denied, by);
        let source = std::error::Error::source(&status).and_then(|source| source.downcast_ref::<Denied>());
        assert_eq!(source.map(Denied::kind), Some(*kind), "a logging layer finds the refusal behind the status");
        let status: Response<()> = status.into_http();
        let sorted = |headers: &HeaderMap| {
            let mut all: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), decoded(value))).collect();
            all.sort();
            all
        };
        assert_eq!(sorted(status.headers()), sorted(reply.headers()), "{kind}");
    }
}

/// tonic writes `grpc-message` percent-encoded, spaces too.
fn decoded(value: &HeaderValue) -> String {
    value.to_str().unwrap().replace("%20", " ")
}
