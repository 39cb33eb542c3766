//! No byte of a token or a key in a log, a `Debug`, an error or an answer.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt::{Debug, Display, Write as _};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use portcullis::{
    Algorithm, Authority, Claims, Denied, GuardedRequest as _, Head, KeySet, NoBody, ProblemDetails, Protocol, Refusal,
    Rules, StaticKeys, Unverified, Verdict, Verifier, VerifyingKey,
};
use portcullis_core::SigningKey;
use portcullis_testing::{TestIssuer, Under, zoo};
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::polling::poll_ready;
use portcullis_tests::{ReadOrders, builder, grpc, wire};
use portcullis_tonic::RequestExt as _;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use crate::logs::Log;

/// As many bytes in a row are no accident.
const WINDOW: usize = 8;

/// What must not be seen, cut into windows.
#[derive(Default)]
struct Secrets(HashSet<Vec<u8>>);

impl Secrets {
    /// All but the header of a token, which names public things: the payload and the signature, as they are sent and decoded.
    fn add_token(&mut self, token: &str) {
        for segment in token.split('.').skip(1) {
            self.add(segment.as_bytes());
        }
    }

    fn add(&mut self, secret: &[u8]) {
        self.0.extend(secret.windows(WINDOW).map(<[u8]>::to_vec));
    }

    /// Bytes, and the ways that `Debug` and hex dumps write them.
    fn add_key(&mut self, key: &[u8]) {
        self.add(key);
        for window in key.windows(WINDOW) {
            let decimal: Vec<_> = window.iter().map(u8::to_string).collect();
            self.add(decimal.join(", ").as_bytes());
            self.add(window.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")).as_bytes());
        }
        self.add(base64_simd::URL_SAFE_NO_PAD.encode_to_string(key).as_bytes());
        self.add(base64_simd::STANDARD.encode_to_string(key).as_bytes());
    }

    fn seen_in<'t>(&self, text: &'t str) -> Option<&'t [u8]> {
        text.as_bytes().windows(WINDOW).find(|window| self.0.contains(*window))
    }

    fn assert_not_in(&self, name: &str, text: &str) {
        if let Some(window) = self.seen_in(text) {
            panic!("{name} shows {:?}: {text}", String::from_utf8_lossy(window));
        }
    }

    fn assert_not_shown(&self, name: &str, value: &dyn Debug) {
        for shown in [format!("{value:?}"), format!("{value:#?}")] {
            self.assert_not_in(name, &shown);
            assert!(!shown.is_empty(), "{name}");
        }
    }

    fn assert_not_told(&self, name: &str, value: &dyn Display) {
        self.assert_not_in(name, &value.to_string());
    }
}

/// What only the owner of the token and the services that it is for may know.
const OWNER: &str = "owner-7f3a91c2@people.test";
const TENANT: &str = "tenant-of-the-owner-55e0";
const JTI: &str = "name-of-the-token-0b1d";
const CLIENT: &str = "client-of-the-owner-c0de";

/// A good token of this issuer, with claims to keep.
fn good(issuer: &TestIssuer, secrets: &mut Secrets) -> String {
    let mint = issuer.mint().subject(OWNER).claim("tenant", TENANT).claim("jti", JTI).claim("client_id", CLIENT);
    let token = mint.scope("orders:read").sign();
    secrets.add_token(&token);
    for claim in [OWNER, TENANT, JTI, CLIENT] {
        secrets.add(claim.as_bytes());
    }
    token
}

#[test]
fn the_search_finds_what_is_there() {
    let issuer = TestIssuer::new();
    let mut secrets = Secrets::default();
    let token = good(&issuer, &mut secrets);
    secrets.add_key(b"a key of bytes");
    for leak in [
        token.as_str(),
        &token[token.len() - WINDOW..],
        &format!("{:?}", b"a key of bytes"),
        &format!("{:?}", b"a key of bytes".to_vec()),
        &format!("{:#?}", [("sub", OWNER)]),
    ] {
        assert!(secrets.seen_in(leak).is_some(), "{leak}");
    }
    for public in ["https://id.test", "https://api.test", "orders:read", "test-es256", "ES256"] {
        assert!(secrets.seen_in(public).is_none(), "{public}");
    }
}

fn request(fields: &[Vec<u8>], content_type: &'static str) -> Request<Body> {
    let mut request = Request::get("/").body(Body::empty()).unwrap();
    for field in fields {
        request.headers_mut().append("authorization", HeaderValue::from_bytes(field).unwrap());
    }
    request.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    request
}

/// A handler that asks for everything, and tells nothing of it.
fn app(authority: &Authority) -> Router {
    async fn asks(
        _: portcullis_axum::Require<ReadOrders>,
        _: portcullis_axum::MaybePrincipal,
        _: portcullis_axum::Claims<serde_json::Value>,
    ) {
    }
    Router::new().route("/", get(asks)).layer(authority.authenticate().responder(ProblemDetails))
}

#[tokio::test]
async fn no_byte_of_a_token_is_logged_or_answered() {
    let log = Log::capture();
    let issuer = TestIssuer::new();
    let mut secrets = Secrets::default();
    let token = good(&issuer, &mut secrets);
    let mut sent: Vec<Vec<Vec<u8>>> = vec![
        vec![format!("Bearer {token}").into_bytes()],
        vec![format!("Bearer {}", issuer.mint().subject(OWNER).scope("x").sign()).into_bytes()],
    ];
    sent.extend(zoo(&issuer).iter().map(|bad| bad.authorization().to_vec()));
    for field in sent.iter().flatten() {
        secrets.add_token(&String::from_utf8_lossy(field));
    }
    let mut requests_sent = 0;
    for under in [Under::Defaults, Under::Rfc9068, Under::MaxAge60] {
        let rules = if under == Under::Rfc9068 { Rules::new().rfc9068_profile() } else { Rules::new() };
        let authority = builder(&issuer, issuer.keys()).cookie("session").rules(|_| rules).build().unwrap();
        let keys = HandKeys::of(&issuer.keys(), Answer::Unavailable(1000));
        let backing_off = builder(&issuer, keys).build().unwrap();
        let orders = service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
        let layers = authority.verify_signature().layer(
            authority
                .extract_claims::<Vec<u8>>() // never fits: refused after all was read
                .layer(orders),
        );
        for fields in &sent {
            for content_type in ["text/plain", "application/grpc"] {
                let request = || request(fields, content_type);
                let answers = [
                    wire::text(app(&authority).oneshot(request()).await.unwrap()).await,
                    wire::text(app(&backing_off).oneshot(request()).await.unwrap()).await,
                    wire::text(layers.clone().oneshot(request()).await.unwrap()).await,
                ];
                requests_sent += answers.len();
                for answer in answers {
                    secrets.assert_not_in("an answer", &answer);
                }
            }
        }
        let mut cookie = Request::get("/").body(Body::empty()).unwrap();
        cookie.headers_mut().insert("cookie", format!("session={token}").parse().unwrap());
        secrets.assert_not_in("an answer", &wire::text(app(&authority).oneshot(cookie).await.unwrap()).await);
    }
    let text = log.text();
    assert!(text.lines().count() > requests_sent / 2, "the refusals are in the log: {} lines", text.lines().count());
    assert!(text.contains("bad_signature") && text.contains("expired"));
    secrets.assert_not_in("the log", &text);
}

#[tokio::test]
async fn no_byte_of_a_token_is_in_a_debug_or_display() {
    let issuer = TestIssuer::new();
    let mut secrets = Secrets::default();
    let token = good(&issuer, &mut secrets);
    let authority = builder(&issuer, issuer.keys()).cookie("session").build().unwrap();
    let verifier: &Verifier = &authority.trust().verifiers()[0];

    // The proofs.
    let signed = verifier.verify_signature(&token).unwrap();
    let principal = verifier.verify(&token).unwrap();
    let granted = principal.require::<ReadOrders>().unwrap();
    secrets.assert_not_shown("SignedToken", &signed);
    secrets.assert_not_shown("Principal", &principal);
    secrets.assert_not_shown("Granted", &granted);
    let mut extensions = http::Extensions::new();
    let claims = Claims::<serde_json::Value>::of(&principal, &mut extensions).unwrap();
    assert_eq!(claims["tenant"], TENANT);
    secrets.assert_not_shown("Claims", &claims);

    // The refusals.
    let denied = principal.require::<portcullis_tests::WriteOrders>().unwrap_err();
    for (name, denied) in [
        ("insufficient_scope", denied),
        ("claims_mismatch", principal.claims::<Vec<u8>>().unwrap_err()),
        (
            "expired",
            verifier
                .verify(issuer.mint().subject(OWNER).issued_ago(600).expires_in(-60).sign())
                .unwrap_err()
                .into_denied(),
        ),
        ("bad_signature", verifier.verify(format!("{}AAAA", &token[..token.len() - 4])).unwrap_err().into_denied()),
    ] {
        secrets.assert_not_shown(name, &denied);
        secrets.assert_not_told(name, &denied);
        secrets.assert_not_shown(name, &Unverified::from(denied.clone()));
        secrets.assert_not_shown(name, &Verdict::from(denied.clone()));
        secrets.assert_not_shown(name, &Refusal::new(denied.clone(), Protocol::Http).by(&authority));
        let response = Refusal::new(denied.clone(), Protocol::Http).by(&authority).into_response::<String>(&NoBody);
        secrets.assert_not_shown(name, &response);
        let status = portcullis_tonic::status(denied, Some(&authority));
        secrets.assert_not_shown(name, &status);
        secrets.assert_not_told(name, &status);
    }

    // A request on its way through, as a logging middleware further in sees it.
    let mut request = Request::get("/").body(()).unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (mut parts, ()) = request.into_parts();
    let found = authority.principal(&mut Head::of(&mut parts)).unwrap();
    assert!(found.is_some());
    secrets.assert_not_shown("Head", &Head::of(&mut parts));
    secrets.assert_not_shown("Parts", &parts);
    secrets.assert_not_shown("Extensions", &parts.extensions);
    secrets.assert_not_shown("HeaderMap", &parts.headers);
    let mut request =
        Request::get("/").header("cookie", format!("a=b; session={token}")).body(()).unwrap().into_parts().0;
    assert!(authority.principal(&mut Head::of(&mut request)).unwrap().is_some());
    secrets.assert_not_shown("Parts with a cookie", &request);
    let guarded: Result<_, Denied> = parts.require::<ReadOrders>();
    secrets.assert_not_shown("GuardedRequest", &guarded);

    // The layers, at rest and while a request waits.
    let orders = service_fn(async |_: Request<String>| Ok::<_, Infallible>(Response::new(String::new())));
    let layer = authority.extract_claims::<serde_json::Value>();
    secrets.assert_not_shown("GuardLayer", &layer);
    let stack = authority
        .authenticate()
        .layer(authority.require(ReadOrders).layer(layer.layer(tower::util::BoxCloneService::new(orders))));
    secrets.assert_not_shown("Guard", &stack);
    let waits = builder(
        &issuer,
        HandKeys::of(&TestIssuer::with_key(SigningKey::generate(Algorithm::ES256).unwrap()).keys(), Answer::Wait),
    );
    let mut guard = waits.build().unwrap().authenticate().layer(tower::util::BoxCloneService::new(orders));
    assert!(poll_ready(&mut guard).is_ready());
    let waiting = guard.call(portcullis_tests::request(&token));
    secrets.assert_not_shown("ResponseFuture", &waiting);
    secrets.assert_not_shown("GuardInterceptor", &portcullis_tonic::interceptor(authority.require(ReadOrders)));

    // The extractors.
    let state = ();
    let parts = &mut parts;
    macro_rules! extracted {
        ($($extractor:ty),*) => {$(
            let extracted = <$extractor>::from_request_parts(parts, &state).await;
            assert!(extracted.is_ok());
            secrets.assert_not_shown(stringify!($extractor), &extracted);
        )*};
    }
    extracted!(
        portcullis_axum::Require<ReadOrders>,
        portcullis_axum::Principal,
        portcullis_axum::MaybePrincipal,
        portcullis_axum::Claims<serde_json::Value>
    );
    let rejection = portcullis_axum::Require::<portcullis_tests::WriteOrders>::from_request_parts(parts, &state).await;
    secrets.assert_not_shown("Rejection", &rejection.unwrap_err());

    // tonic's request, whose metadata the layer marked.
    let mut tonic_request = grpc::request((), None);
    *tonic_request.metadata_mut() = tonic::metadata::MetadataMap::from_headers(parts.headers.clone());
    *tonic_request.extensions_mut() = parts.extensions.clone();
    assert!(tonic_request.require::<ReadOrders>().is_ok());
    secrets.assert_not_shown("tonic::Request", &tonic_request);
    secrets.assert_not_shown("tonic's refusal", &tonic_request.require::<portcullis_tests::WriteOrders>());
}

#[test]
fn no_byte_of_a_key_is_in_a_debug_an_error_or_the_log() {
    let log = Log::capture();
    let secret = b"shared-secret-of-two-parties-that-is-64-bytes-long-and-not-zero!";
    let mut secrets = Secrets::default();
    secrets.add_key(secret);

    let shared = VerifyingKey::from_secret(Algorithm::HS256, secret).unwrap().with_kid("shared");
    secrets.assert_not_shown("VerifyingKey", &shared);
    let signing = SigningKey::from_secret(Algorithm::HS256, secret).unwrap();
    secrets.assert_not_shown("SigningKey", &signing);
    let keys = StaticKeys::from(shared);
    secrets.assert_not_shown("StaticKeys", &keys);
    secrets.assert_not_shown("KeySet", keys.set());
    let issuer = TestIssuer::with_key(signing);
    secrets.assert_not_shown("TestIssuer", &issuer);
    let unbuilt = || builder(&issuer, keys.clone()).rules(|rules| rules.algorithms([Algorithm::HS256]));
    secrets.assert_not_shown("AuthorityBuilder", &unbuilt());
    secrets.assert_not_shown("DangerousCredentials", &unbuilt().dangerous());
    let authority = unbuilt().build().unwrap();
    secrets.assert_not_shown("Authority", &authority);
    secrets.assert_not_shown("Verifier", &authority.trust().verifiers()[0]);
    secrets.assert_not_shown("GuardLayer", &authority.require(ReadOrders));
    let refused = builder(&issuer, keys.clone()).build().unwrap_err();
    secrets.assert_not_shown("SetupError", &refused);
    secrets.assert_not_told("SetupError", &refused);

    // Private keys of the other kinds.
    for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::RS256] {
        let pem = TestIssuer::signing_with(algorithm).key().to_pem().unwrap();
        let der: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
        secrets.add_key(&base64_simd::STANDARD.decode_to_vec(&der).unwrap()[40..]);
        let key = SigningKey::from_pem(algorithm, &pem).unwrap();
        secrets.assert_not_shown("SigningKey", &key);
        // Where a public key is asked for, or another kind, or only half of one.
        let half = &pem[..pem.len() / 2];
        let other = if algorithm == Algorithm::EdDSA { Algorithm::ES256 } else { Algorithm::EdDSA };
        let errors = [
            VerifyingKey::from_pem(algorithm, &pem).unwrap_err(),
            VerifyingKey::from_pem(algorithm, half).unwrap_err(),
            SigningKey::from_pem(other, &pem).unwrap_err(),
            SigningKey::from_pem(algorithm, half).unwrap_err(),
        ];
        for error in errors {
            secrets.assert_not_shown("KeyError", &error);
            secrets.assert_not_told("KeyError", &error);
        }
    }

    // A set in which a secret was published by mistake.
    let public = TestIssuer::new().key().to_public_jwk().unwrap();
    let mistake = serde_json::json!({
        "kty": "oct", "kid": "mistake", "k": base64_simd::URL_SAFE_NO_PAD.encode_to_string(secret),
    });
    let jwks = serde_json::json!({ "keys": [mistake, public] }).to_string();
    let set = KeySet::from_jwks(&jwks).unwrap();
    secrets.assert_not_shown("KeySet", &set);
    secrets.assert_not_shown("SkippedKey", &set.skipped());
    builder(&issuer, StaticKeys::from(set)).build().unwrap();
    assert_eq!(log.lines("WARN").len(), 1, "the key that was left out is named: {}", log.text());
    for broken in [&jwks[..jwks.len() / 2], &jwks.replace("keys", "kyes"), &jwks.replace(':', "=")] {
        let error = KeySet::from_jwks(broken).unwrap_err();
        secrets.assert_not_told("KeyError", &error);
        secrets.assert_not_shown("KeyError", &error);
    }
    secrets.assert_not_in("the log", &log.text());
}

/// The names that are shown on purpose, so that a log is of use.
#[test]
fn what_is_shown_is_of_use() {
    let issuer = TestIssuer::new();
    let authority = builder(&issuer, issuer.keys()).build().unwrap();
    let mut shown = String::new();
    write!(shown, "{authority:?}").unwrap();
    write!(shown, "{:?}", authority.trust().verifiers()[0].verify(issuer.token("")).unwrap()).unwrap();
    write!(shown, "{:?}", Denied::from(portcullis::DeniedKind::Expired)).unwrap();
    for name in ["https://id.test", "https://api.test", "test-es256", "ES256", "Principal", "expired"] {
        assert!(shown.contains(name), "{name}: {shown}");
    }
}
