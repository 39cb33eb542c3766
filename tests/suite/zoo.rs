//! The zoo through real sockets: every bad token, on every host, with one verdict.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use portcullis::{Algorithm, Authority, DeniedClass, DeniedKind, Rules};
use portcullis_axum::Require;
use portcullis_testing::{BadToken, TestIssuer, Under, zoo};
use portcullis_tests::grpc::{Open, OrdersServer};
use portcullis_tests::hosts::{Host, Verdict, show_kind};
use portcullis_tests::{ReadOrders, builder};
use tower::util::MapResponseLayer;
use tower::{ServiceBuilder, service_fn};

const METHOD: &str = "/test.Orders/Get";

/// Every algorithm that an issuer of the zoo can sign with.
fn asymmetric() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric())
}

const UNDERS: [Under; 3] = [Under::Defaults, Under::Rfc9068, Under::MaxAge60];

fn authority(issuer: &TestIssuer, under: Under) -> Authority {
    let signs = issuer.key().algorithm();
    let rules = Rules::new().algorithms(Algorithm::DEFAULT.iter().copied().chain([signs]));
    let rules = if under == Under::Rfc9068 { rules.rfc9068_profile() } else { rules };
    builder(issuer, issuer.keys()).rules(|_| rules).build().unwrap()
}

fn layer(authority: &Authority, under: Under) -> portcullis::GuardLayer<portcullis::EnforceExpiry> {
    match under {
        Under::MaxAge60 => authority.authenticate().max_age(Duration::from_secs(60)),
        _ => authority.authenticate(),
    }
}

/// axum: a layer, and the permission where the handler asks for it.
async fn axum_host(issuer: &TestIssuer, under: Under) -> Host {
    async fn orders(_: Require<ReadOrders>) -> &'static str {
        "orders"
    }
    let layer = layer(&authority(issuer, under), under);
    Host::axum(Router::new().route(METHOD, get(orders)).layer(layer).layer(MapResponseLayer::new(show_kind))).await
}

/// tonic: two layers around the server, room for large headers.
async fn tonic_host(issuer: &TestIssuer, under: Under) -> Host {
    let authority = authority(issuer, under);
    let layers = ServiceBuilder::new()
        .map_response(show_kind)
        .layer(layer(&authority, under))
        .layer(authority.require(ReadOrders))
        .into_inner();
    Host::tonic(|incoming| {
        let mut server = tonic::transport::Server::builder().http2_max_header_list_size(64 * 1024).layer(layers);
        server.add_service(OrdersServer::new(Open)).serve_with_incoming(incoming)
    })
    .await
}

/// hyper: two layers around a function.
async fn hyper_host(issuer: &TestIssuer, under: Under) -> Host {
    let authority = authority(issuer, under);
    let service = ServiceBuilder::new()
        .map_response(show_kind)
        .layer(layer(&authority, under))
        .layer(authority.require(ReadOrders))
        .service(service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("orders")))));
    Host::hyper(service).await
}

fn bearer(token: &str) -> Vec<Vec<u8>> {
    vec![format!("Bearer {token}").into_bytes()]
}

const PASS: Verdict = Verdict { status: 200, error: None, kind: None };

/// The row of the refusal table.
fn refusal(kind: DeniedKind) -> Verdict {
    let (status, error) = match kind.class() {
        DeniedClass::NoCredential => (401, None),
        DeniedClass::InvalidRequest => (400, Some("invalid_request")),
        DeniedClass::InvalidToken => (401, Some("invalid_token")),
        DeniedClass::InsufficientScope => (403, Some("insufficient_scope")),
        DeniedClass::TooOld => (401, Some("insufficient_user_authentication")),
        class => panic!("no token comes to {class:?}"),
    };
    Verdict { status, error: error.map(str::to_owned), kind: Some(kind.as_str().to_owned()) }
}

/// Sends every bad token of these rules, a good one in between, and gives back what was refused.
async fn throw_the_zoo(host: &Host, issuer: &TestIssuer, under: Under) -> BTreeSet<(&'static str, &'static str)> {
    let mut thrown = BTreeSet::new();
    let mut client = host.connect().await;
    for bad in zoo(issuer).into_iter().filter(|bad| bad.under() == under) {
        let name = format!("{}, {}: {} {:?}", host.name(), issuer.key().algorithm(), bad.rule(), bad.name());
        let good = client.ask(METHOD, &bearer(&issuer.token("orders:read"))).await.unwrap();
        assert_eq!(good.verdict(), PASS, "a good token before {name}");
        let refused = client.ask(METHOD, bad.authorization()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(refused.verdict(), refusal(bad.kind()), "{name}");
        thrown.insert((bad.rule(), bad.name()));
    }
    thrown
}

#[tokio::test]
async fn every_bad_token_comes_to_one_verdict_on_every_host() {
    let issuer = TestIssuer::new();
    let mut thrown = Vec::new();
    for under in UNDERS {
        let hosts =
            [axum_host(&issuer, under).await, tonic_host(&issuer, under).await, hyper_host(&issuer, under).await];
        for host in &hosts {
            thrown.push((host.name(), throw_the_zoo(host, &issuer, under).await));
        }
    }
    let all: BTreeSet<_> = zoo(&issuer).iter().map(|bad| (bad.rule(), bad.name())).collect();
    for host in ["axum", "tonic", "hyper"] {
        let of_host = thrown.iter().filter(|(name, _)| *name == host).flat_map(|(_, thrown)| thrown.clone());
        assert_eq!(of_host.collect::<BTreeSet<_>>(), all, "{host}");
    }
}

#[tokio::test]
async fn the_zoo_of_every_asymmetric_algorithm_is_refused() {
    for algorithm in asymmetric() {
        let issuer = TestIssuer::signing_with(algorithm);
        for under in UNDERS {
            throw_the_zoo(&hyper_host(&issuer, under).await, &issuer, under).await;
        }
    }
}

#[tokio::test]
async fn every_asymmetric_algorithm_passes_on_every_host() {
    for algorithm in asymmetric() {
        let issuer = TestIssuer::signing_with(algorithm);
        let under = Under::Defaults;
        for host in
            [axum_host(&issuer, under).await, tonic_host(&issuer, under).await, hyper_host(&issuer, under).await]
        {
            let reply = host.connect().await.ask(METHOD, &bearer(&issuer.token("orders:read"))).await.unwrap();
            assert_eq!(reply.verdict(), PASS, "{} on {}", algorithm, host.name());
        }
    }
}

/// What is bad only under stricter rules is good without them: the rule is what refuses it.
#[tokio::test]
async fn what_a_stricter_rule_refuses_passes_without_it() {
    let issuer = TestIssuer::new();
    let host = hyper_host(&issuer, Under::Defaults).await;
    let mut client = host.connect().await;
    let stricter: Vec<BadToken> = zoo(&issuer).into_iter().filter(|bad| bad.under() != Under::Defaults).collect();
    assert!(stricter.len() >= 5, "the zoo has lost its stricter tokens");
    for bad in stricter {
        let reply = client.ask(METHOD, bad.authorization()).await.unwrap();
        assert_eq!(reply.verdict(), PASS, "{}", bad.name());
    }
}

#[test]
fn the_zoo_has_a_token_for_every_rule_that_a_token_can_break() {
    let issuer = TestIssuer::new();
    let rules: BTreeSet<_> = zoo(&issuer).iter().map(|bad| bad.rule()).collect();
    // C3 is about marking a header as sensitive, T12 about a list, T13 about the roles of a service: no token breaks them by itself.
    let wanted = ["C1", "C2", "S1", "S2", "S3", "S4", "S5", "S6"].into_iter();
    let wanted = wanted.chain(["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11"]);
    assert_eq!(rules, wanted.collect());
    let names: BTreeSet<_> = zoo(&issuer).iter().map(|bad| bad.name()).collect();
    assert_eq!(names.len(), zoo(&issuer).len(), "two tokens of one name");
}

#[test]
fn the_zoo_has_a_token_for_every_kind_that_a_token_can_come_to() {
    let issuer = TestIssuer::new();
    let kinds: Vec<_> = zoo(&issuer).iter().map(BadToken::kind).collect();
    let missing: Vec<_> = DeniedKind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    // These depend on the request, the keys, the policy, the service or the clock, not on the token alone.
    let others = [
        DeniedKind::AmbiguousPath,
        DeniedKind::AmbiguousKey,
        DeniedKind::Revoked,
        DeniedKind::ClaimsMismatch,
        DeniedKind::MissingRole,
        DeniedKind::ClaimNotMet,
        DeniedKind::DetailsNotMet,
        DeniedKind::WrongResource,
        DeniedKind::ConflictingRoles,
        DeniedKind::NoRule,
        DeniedKind::UnknownOperation,
        DeniedKind::KeysUnavailable,
        DeniedKind::RevocationsUnavailable,
        DeniedKind::ClockFailed,
        DeniedKind::ModelMismatch,
        DeniedKind::NotGuarded,
    ];
    assert_eq!(missing, others.iter().collect::<Vec<_>>());
}

/// A host whose own limits are out of the way as far as they go, with this cap on the token.
async fn spacious_hosts(issuer: &TestIssuer, cap: usize) -> [Host; 3] {
    let authority = builder(issuer, issuer.keys()).rules(|rules| rules.max_token_bytes(cap)).build().unwrap();
    let layers = ServiceBuilder::new().map_response(show_kind).layer(authority.require(ReadOrders)).into_inner();
    let hyper = ServiceBuilder::new()
        .map_response(show_kind)
        .layer(authority.require(ReadOrders))
        .service(service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("orders")))));
    let axum = Router::new()
        .route(METHOD, get("orders"))
        .layer(authority.require(ReadOrders))
        .layer(MapResponseLayer::new(show_kind));
    let tonic = Host::tonic(|incoming| {
        let mut server = tonic::transport::Server::builder().http2_max_header_list_size(4 * 1024 * 1024).layer(layers);
        server.add_service(OrdersServer::new(Open)).serve_with_incoming(incoming)
    });
    [Host::axum(axum).await, tonic.await, Host::hyper(hyper).await]
}

const DEFAULT_CAP: usize = 16 * 1024;
const ONE_MIB: usize = 1024 * 1024;

/// Tokens of an issuer that means harm, or has lost its mind; and what each comes to under a cap that lets it in.
fn hostile(issuer: &TestIssuer) -> Vec<(&'static str, String, Option<DeniedKind>)> {
    use DeniedKind::{InsufficientScope, LifetimeTooLong, MalformedClaims, MalformedToken, UnacceptableHeader};
    let mint = || issuer.mint().scope("orders:read");
    let (header, claims) = (mint().header_json(), mint().claims_json());
    let raw_claim = |member: &str| mint().sign_raw(&header, claims.replacen('{', &format!("{{{member},"), 1));
    let dated = |name: &str, value: &str| {
        let other = issuer.mint().scope("orders:read").without(name).claims_json();
        mint().sign_raw(&header, other.replacen('{', &format!("{{\"{name}\":{value},"), 1))
    };
    let deep = |open: &str, close: &str| format!("\"x\":{}1{}", open.repeat(10_000), close.repeat(10_000));
    let scopes = |first: &str| (0..20_000).fold(first.to_owned(), |list, n| list + &format!(" scope:{n}"));
    let claims_of = |last: &str| (0..10_000).fold(String::new(), |list, n| list + &format!("\"claim{n}\":{n},")) + last;
    let deep_header = header.replacen('{', &format!("{{{},", deep("[", "]")), 1);
    let long_header = header.replacen('{', &format!("{{\"x\":\"{}\",", "a".repeat(100_000)), 1);
    vec![
        ("10,000 arrays within each other", raw_claim(&deep("[", "]")), Some(MalformedClaims)),
        ("10,000 objects within each other", raw_claim(&deep("{\"a\":", "}")), Some(MalformedClaims)),
        (
            "10,000 arrays in scope",
            dated("scope", &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))),
            Some(MalformedClaims),
        ),
        ("10,000 arrays in the header", mint().sign_raw(deep_header, &claims), Some(UnacceptableHeader)),
        ("a header of 100,000 characters", mint().sign_raw(long_header, &claims), None),
        ("20,000 scopes, ours among them", mint().scope(&scopes("orders:read")).sign(), None),
        ("20,000 scopes, ours not among them", mint().scope(&scopes("orders:rea")).sign(), Some(InsufficientScope)),
        ("10,000 claims", raw_claim(&claims_of("\"last\":1")), None),
        ("10,000 claims, one of them twice", raw_claim(&claims_of("\"claim5000\":1")), Some(MalformedClaims)),
        ("100,000 dots", ".".repeat(100_000), Some(MalformedToken)),
        (
            "a signature of 100,000 characters",
            format!("{}{}", mint().sign(), "A".repeat(100_000)),
            Some(MalformedToken),
        ),
        ("control bytes in a text", raw_claim("\"x\":\"\u{1}\""), Some(MalformedClaims)),
        ("control bytes between members", raw_claim("\u{0}\"x\":1"), Some(MalformedClaims)),
        ("escaped control bytes in the subject", mint().subject("a\u{0}\r\nb").sign(), None),
        ("exp NaN", dated("exp", "NaN"), Some(MalformedClaims)),
        ("exp Infinity", dated("exp", "Infinity"), Some(MalformedClaims)),
        ("exp null", dated("exp", "null"), Some(MalformedClaims)),
        ("exp true", dated("exp", "true"), Some(MalformedClaims)),
        ("exp in hexadecimal", dated("exp", "0xFFFFFFFF"), Some(MalformedClaims)),
        ("exp 1e308", dated("exp", "1e308"), Some(MalformedClaims)),
        ("exp of 400 digits", dated("exp", &"9".repeat(400)), Some(MalformedClaims)),
        ("exp of all bits", dated("exp", "18446744073709551615"), Some(LifetimeTooLong)),
        ("exp one more", dated("exp", "18446744073709551616"), Some(MalformedClaims)),
        ("iat NaN", dated("iat", "NaN"), Some(MalformedClaims)),
        ("iat -0.5", dated("iat", "-0.5"), Some(MalformedClaims)),
        ("iat 0", dated("iat", "0"), Some(LifetimeTooLong)),
        ("iat 1e-400", dated("iat", "1e-400"), Some(LifetimeTooLong)),
        ("nbf NaN", raw_claim("\"nbf\":NaN"), Some(MalformedClaims)),
        ("nbf of all bits", raw_claim("\"nbf\":18446744073709551615"), Some(DeniedKind::NotYetValid)),
    ]
}

#[tokio::test]
async fn hostile_tokens_under_a_raised_cap_are_judged_like_any_other() {
    let issuer = TestIssuer::new();
    for host in spacious_hosts(&issuer, ONE_MIB).await {
        let mut client = host.connect().await;
        for (name, token, wanted) in hostile(&issuer) {
            let name = format!("{}: {name}, {} bytes", host.name(), token.len());
            let reply = client.ask(METHOD, &bearer(&token)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(reply.verdict(), wanted.map_or(PASS, refusal), "{name}");
            let good = client.ask(METHOD, &bearer(&issuer.token("orders:read"))).await.unwrap();
            assert_eq!(good.verdict(), PASS, "a good token after {name}");
        }
    }
}

#[tokio::test]
async fn hostile_tokens_over_the_default_cap_are_refused_before_anything_is_decoded() {
    let issuer = TestIssuer::new();
    for host in spacious_hosts(&issuer, DEFAULT_CAP).await {
        let mut client = host.connect().await;
        for (name, token, wanted) in hostile(&issuer) {
            let name = format!("{}: {name}, {} bytes", host.name(), token.len());
            let wanted = if token.len() > DEFAULT_CAP { Some(DeniedKind::CredentialTooLarge) } else { wanted };
            let reply = client.ask(METHOD, &bearer(&token)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(reply.verdict(), wanted.map_or(PASS, refusal), "{name}");
        }
        let good = client.ask(METHOD, &bearer(&issuer.token("orders:read"))).await.unwrap();
        assert_eq!(good.verdict(), PASS, "{}", host.name());
    }
}

#[tokio::test]
async fn the_cap_is_exact() {
    let issuer = TestIssuer::new();
    let token = issuer.mint().scope("orders:read").claim("padding", "a".repeat(5000)).sign();
    for (cap, wanted) in [(token.len(), PASS), (token.len() - 1, refusal(DeniedKind::CredentialTooLarge))] {
        for host in spacious_hosts(&issuer, cap).await {
            let reply = host.connect().await.ask(METHOD, &bearer(&token)).await.unwrap();
            assert_eq!(reply.verdict(), wanted, "{}: a cap of {cap} for {} bytes", host.name(), token.len());
        }
    }
}

/// What is too much for the host itself: its own refusal, or a broken connection, and the door stays open.
#[tokio::test]
async fn a_header_of_one_mebibyte_closes_no_door() {
    let issuer = TestIssuer::new();
    let under = Under::Defaults;
    for host in [axum_host(&issuer, under).await, tonic_host(&issuer, under).await, hyper_host(&issuer, under).await] {
        for (name, field) in [
            ("one token", [b"Bearer ".as_slice(), &vec![b'a'; ONE_MIB]].concat()),
            ("another scheme", [b"Basic ".as_slice(), &vec![b'a'; ONE_MIB]].concat()),
        ] {
            match host.connect().await.ask(METHOD, &[field]).await {
                Ok(reply) => assert!([400, 431].contains(&reply.status), "{}, {name}: {}", host.name(), reply.status),
                Err(error) => assert!(!error.is_timeout(), "{}, {name}: {error}", host.name()),
            }
            let good = host.connect().await.ask(METHOD, &bearer(&issuer.token("orders:read"))).await.unwrap();
            assert_eq!(good.verdict(), PASS, "{}: a good token after {name}", host.name());
        }
    }
}

#[tokio::test]
async fn raw_bytes_that_no_client_sends_come_to_a_refusal() {
    let issuer = TestIssuer::new();
    let good = issuer.token("orders:read");
    let field = |value: &[u8]| [b"authorization: ".as_slice(), value, b"\r\n"].concat();
    let bearer_with = |suffix: &[u8]| field(&[b"Bearer ", good.as_bytes(), suffix].concat());
    let many = |n: usize| (0..n).flat_map(|n| format!("x-{n}: a\r\n").into_bytes()).collect::<Vec<_>>();
    let plain = bearer_with(b"");
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("a good token", plain.clone(), &[200]),
        ("white space around the value", field(format!("  Bearer {good}  ").as_bytes()), &[200]),
        (
            "the name in another case",
            plain.to_ascii_uppercase()[..13].iter().chain(&plain[13..]).copied().collect(),
            &[200],
        ),
        ("two fields in different cases", [plain.clone(), b"Authorization: Basic eDp5\r\n".to_vec()].concat(), &[400]),
        ("NUL", bearer_with(b"\0"), &[400]),
        ("escape", bearer_with(b"\x1b[2J"), &[400]),
        ("DEL", bearer_with(b"\x7f"), &[400]),
        ("a carriage return", bearer_with(b"\rx"), &[400]),
        ("a tab", bearer_with(b"\tx"), &[400]),
        ("a folded line", bearer_with(b"\r\n x"), &[400]),
        ("every byte above ASCII", bearer_with(&(0x80..=0xFF).collect::<Vec<u8>>()), &[400]),
        ("no value", field(b""), &[401]),
        ("a space before the colon", [b"authorization : Bearer ", good.as_bytes(), b"\r\n"].concat(), &[400]),
        ("an underscore for the name", [b"author_ization: Bearer ", good.as_bytes(), b"\r\n"].concat(), &[401]),
        ("200 other fields", [many(200), plain.clone()].concat(), &[431]),
        ("one mebibyte", field(&vec![b'a'; ONE_MIB]), &[431]),
    ];
    for host in [axum_host(&issuer, Under::Defaults).await, hyper_host(&issuer, Under::Defaults).await] {
        for (name, fields, wanted) in &cases {
            let request = [
                b"GET /test.Orders/Get HTTP/1.1\r\nhost: api.test\r\nconnection: close\r\n".as_slice(),
                fields,
                b"\r\n",
            ]
            .concat();
            let answer = host.raw(&request).await;
            let answer = String::from_utf8_lossy(&answer);
            let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
            assert!(wanted.contains(&status), "{}: {name}: {answer:.200}", host.name());
            let again = host.connect().await.ask(METHOD, &bearer(&good)).await.unwrap();
            assert_eq!(again.verdict(), PASS, "{}: a good token after {name}", host.name());
        }
    }
}

/// A refusal does not read the body; whoever comes next finds the door open.
#[tokio::test]
async fn a_refused_upload_closes_no_door() {
    let issuer = TestIssuer::new();
    let under = Under::Defaults;
    let good = bearer(&issuer.token("orders:read"));
    for host in [axum_host(&issuer, under).await, hyper_host(&issuer, under).await] {
        let mut client = host.connect().await;
        for authorization in [vec![], bearer("garbage"), bearer(&TestIssuer::new().token("orders:read"))] {
            let mut upload = http::Request::post(METHOD).body(Full::from(vec![b'x'; ONE_MIB])).unwrap();
            for field in &authorization {
                upload.headers_mut().append("authorization", http::HeaderValue::from_bytes(field).unwrap());
            }
            // The host may hang up on a client that goes on sending: then it takes a new connection.
            match client.send(upload).await {
                Ok(reply) => assert_eq!(reply.status, 401, "{}", host.name()),
                Err(error) => assert!(!error.is_timeout(), "{}: {error}", host.name()),
            }
            let reply = match client.ask(METHOD, &good).await {
                Ok(reply) => reply,
                Err(_) => {
                    client = host.connect().await;
                    client.ask(METHOD, &good).await.unwrap()
                }
            };
            assert_eq!(reply.verdict(), PASS, "{}", host.name());
        }
    }
}
