//! The same verdict everywhere: on every host, over HTTP and gRPC, and by a naive interpreter.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use axum::Router;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use portcullis::Authority;
use portcullis::policy::Policy;
use portcullis_testing::TestIssuer;
use proptest::prelude::*;
use tower::{Layer, ServiceExt, service_fn};

use super::naive::{Fate, Row, Token, fate, judge, meaning, row, token};
use super::{authority, call_of, request, table};

/// A table of those rows that go together: routers refuse some patterns beside others.
fn policy(rows: &[Row], model: &Arc<portcullis::AccessModel>) -> (Vec<Row>, Policy) {
    let mut kept: Vec<Row> = Vec::new();
    let build = |rows: &[Row]| {
        let operations = rows.iter().map(Row::operation);
        let calls = rows.iter().enumerate().filter_map(|(i, row)| row.procedure(&format!("t.S/M{i}")));
        table().access_model(model.clone()).operations(operations).operations(calls).build()
    };
    for row in rows {
        kept.push(row.clone());
        // A requirement about `p0` on a path without it is an error of the table, and rightly so.
        if build(&kept).is_err() {
            kept.pop();
        }
    }
    let built = build(&kept).unwrap();
    (kept, built)
}

fn fate_of(status: u16, grpc_status: Option<&str>) -> Fate {
    match (status, grpc_status) {
        (200, None | Some("0")) => Fate::Through,
        (401, None) | (200, Some("16")) => Fate::Unauthenticated,
        (403, None) | (200, Some("7")) => Fate::Forbidden,
        other => panic!("{other:?}"),
    }
}

fn read<B>(answer: &Response<B>) -> Fate {
    let grpc = answer.headers().get("grpc-status").map(|status| status.to_str().unwrap());
    fate_of(answer.status().as_u16(), grpc)
}

async fn on_hyper(authority: &Authority, policy: &Policy, request: Request<()>) -> Fate {
    let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
    read(&authority.enforce(policy).unwrap().layer(inner).oneshot(request).await.unwrap())
}

async fn on_axum(authority: &Authority, policy: &Policy, request: Request<()>) -> Fate {
    let app: Router = Router::new().fallback(async || "here").layer(authority.enforce(policy).unwrap());
    read(&app.oneshot(request.map(|()| axum::body::Body::empty())).await.unwrap())
}

async fn on_tonic(authority: &Authority, policy: &Policy, request: Request<()>) -> Fate {
    let routes = tonic::service::Routes::from(Router::new().fallback(async || [("grpc-status", "0")]));
    let guarded = tower::ServiceBuilder::new().layer(authority.enforce(policy).unwrap()).service(routes);
    read(&guarded.oneshot(request.map(|()| tonic::body::Body::empty())).await.unwrap())
}

static ISSUER: LazyLock<TestIssuer> = LazyLock::new(|| TestIssuer::signing_with(portcullis::Algorithm::HS256));

const METHODS: [Method; 5] = [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_host_and_the_naive_interpreter_agree(
        rows in prop::collection::vec(row(), 1..7),
        meaning in meaning(),
        tokens in prop::collection::vec(prop::option::weighted(0.8, token()), 2),
        paths in prop::collection::vec(prop::collection::vec("[abc]", 1..5), 3),
    ) {
        let issuer = &*ISSUER;
        let model = Arc::new(meaning.model());
        let (rows, policy) = policy(&rows, &model);
        let authority = authority(issuer, &policy);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for token in &tokens {
                let minted = token.as_ref().map(|token: &Token| token.mint(issuer));
                for path in &paths {
                    let segments: Vec<&str> = path.iter().map(String::as_str).collect();
                    let uri = format!("/{}", segments.join("/"));
                    for method in &METHODS {
                        let expected = fate(&rows, &meaning, method, &segments, token.as_ref());
                        let ask = || request(method.as_str(), &uri, minted.as_deref());
                        let got = [
                            on_hyper(&authority, &policy, ask()).await,
                            on_axum(&authority, &policy, ask()).await,
                            on_tonic(&authority, &policy, ask()).await,
                        ];
                        prop_assert_eq!(got, [expected; 3], "{} {} {:?} {:?}", method, uri, token, policy);
                    }
                }
                // The same access for procedures, and one that is not there.
                for i in 0..=rows.len() {
                    let own = rows.get(i).filter(|row| row.procedure("t.S/M").is_some());
                    let by_its_path = || fate(&rows, &meaning, &Method::POST, &["t.S", &format!("M{i}")], token.as_ref());
                    let expected = own.map_or_else(by_its_path, |row| judge(Some(row), &meaning, None, token.as_ref()));
                    let ask = || call_of(&format!("/t.S/M{i}"), minted.as_deref());
                    let got = [
                        on_hyper(&authority, &policy, ask()).await,
                        on_axum(&authority, &policy, ask()).await,
                        on_tonic(&authority, &policy, ask()).await,
                    ];
                    prop_assert_eq!(got, [expected; 3], "M{} {:?} {:?}", i, token, policy);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn another_scope_never_takes_access_away(
        rows in prop::collection::vec(row(), 1..5),
        meaning in meaning(),
        token in token(),
        more in prop::collection::btree_set(0_u8..5, 1..4),
        path in prop::collection::vec("[ab]", 1..4),
    ) {
        let issuer = &*ISSUER;
        let model = Arc::new(meaning.model());
        let (_, policy) = policy(&rows, &model);
        let authority = authority(issuer, &policy);
        let mut richer = token.clone();
        richer.scopes.extend(more);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let uri = format!("/{}", path.join("/"));
            for method in &METHODS {
                let poor = on_hyper(&authority, &policy, request(method.as_str(), &uri, Some(&token.mint(issuer)))).await;
                let rich = on_hyper(&authority, &policy, request(method.as_str(), &uri, Some(&richer.mint(issuer)))).await;
                prop_assert!(poor != Fate::Through || rich == Fate::Through, "{} {} {:?} {:?}", method, uri, richer, policy);
            }
            Ok(())
        })?;
    }
}
