//! What the layers cost, measured against controls in the same run.
//!
//! `cargo bench -p portcullis-tests` prints, for each algorithm: raw verification with a prepared key, a bare service, the
//! service behind layers, and the difference, in time and in allocations; then the paths that have a budget of their own. Every
//! figure is the median of many short rounds, in which the contestants take turns, so that a slow moment of the machine
//! hits all of them.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::{HeaderValue, Request, Response};
use jsonwebtoken::{DecodingKey, Validation, decode};
use portcullis::{Algorithm, Authority, Claims, Requirement, ScopeSet};
use portcullis_testing::TestIssuer;
use serde::Deserialize;
use tower::{Layer, Service};

const ROUNDS: usize = 61;
const ROUND: Duration = Duration::from_millis(6);

/// The service behind the guard: it does nothing.
#[derive(Clone)]
struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        black_box(&request);
        ready(Ok(Response::new(())))
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded, not read")]
struct OrderClaims {
    sub: String,
    tenant: String,
}

fn call<S>(service: &mut S, credential: Option<&HeaderValue>) -> u16
where
    S: Service<Request<()>, Response = Response<()>>,
{
    let mut request = Request::new(());
    if let Some(credential) = credential {
        request.headers_mut().insert(http::header::AUTHORIZATION, credential.clone());
    }
    let mut cx = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut cx).is_ready());
    match pin!(service.call(request)).poll(&mut cx) {
        Poll::Ready(Ok(response)) => response.status().as_u16(),
        _ => 0,
    }
}

/// Median nanoseconds a call of each contestant, taking turns.
fn contest<const N: usize>(mut contestants: [Box<dyn FnMut() + '_>; N]) -> [f64; N] {
    let lengths = contestants.each_mut().map(|run| {
        let start = Instant::now();
        let mut count = 0_u32;
        while start.elapsed() < ROUND {
            run();
            count += 1;
        }
        count.max(1)
    });
    let mut rounds: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        for ((run, count), times) in contestants.iter_mut().zip(lengths).zip(&mut rounds) {
            let start = Instant::now();
            for _ in 0..count {
                run();
            }
            times.push(start.elapsed().as_nanos() as f64 / f64::from(count));
        }
    }
    rounds.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

/// Keeps a result from being optimised away.
fn sink<T>(value: T) {
    black_box(&value);
}

fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    allocation_counter::measure(run).count_total
}

struct Subject {
    authority: Authority,
    credential: HeaderValue,
    token: String,
    issuer: TestIssuer,
    algorithm: Algorithm,
}

impl Subject {
    fn new(algorithm: Algorithm) -> Self {
        let issuer = TestIssuer::signing_with(algorithm);
        // 9 claims and 4 scopes.
        let token = issuer
            .mint()
            .scope("orders:read orders:write reports:read profile")
            .claim("tenant", "acme")
            .claim("nbf", 1_700_000_000)
            .sign();
        let authority = Authority::builder()
            .issuer(issuer.issuer())
            .audience(issuer.audience())
            .keys(issuer.keys())
            .rules(|rules| rules.algorithms([algorithm]))
            .build()
            .expect("an authority");
        // As a server has it: a slice of a shared buffer.
        let credential =
            HeaderValue::from_maybe_shared(bytes::Bytes::from(format!("Bearer {token}"))).expect("a header");
        black_box(credential.clone());
        Self { authority, credential, token, issuer, algorithm }
    }

    /// Signature verification with a prepared key, and nothing else.
    fn raw(&self) -> Box<dyn FnMut() + '_> {
        use aws_lc_rs::{hmac, signature as sig};
        use base64_simd::URL_SAFE_NO_PAD;
        let (input, signature) = self.token.rsplit_once('.').expect("a token");
        let signature = URL_SAFE_NO_PAD.decode_to_vec(signature).expect("base64url");
        let jwk = self.issuer.key().to_public_jwk();
        let member = |name: &str| {
            let text = jwk.as_ref().and_then(|jwk| jwk[name].as_str()).unwrap_or_default();
            URL_SAFE_NO_PAD.decode_to_vec(text).expect("base64url")
        };
        let key = match self.algorithm {
            Algorithm::HS256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 64]);
                return Box::new(move || assert!(hmac::verify(&key, black_box(input.as_bytes()), &signature).is_ok()));
            }
            Algorithm::RS256 => aws_lc_rs::rsa::PublicKeyComponents { n: member("n"), e: member("e") }
                .to_parsed_public_key(&sig::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::EdDSA => sig::ParsedPublicKey::new(&sig::ED25519, member("x")),
            _ => {
                let point = [&[4][..], &member("x"), &member("y")].concat();
                sig::ParsedPublicKey::new(&sig::ECDSA_P256_SHA256_FIXED, point)
            }
        };
        let key = key.expect("a key");
        Box::new(move || assert!(key.verify_sig(black_box(input.as_bytes()), &signature).is_ok()))
    }

    fn jsonwebtoken(&self) -> Box<dyn FnMut() + '_> {
        let (key, algorithm) = match self.algorithm {
            Algorithm::HS256 => (DecodingKey::from_secret(&[7; 64]), jsonwebtoken::Algorithm::HS256),
            other => {
                let jwk = self.issuer.key().to_public_jwk().expect("a public key");
                let jwk = serde_json::from_value(jwk).expect("a JWK");
                (DecodingKey::from_jwk(&jwk).expect("a key"), other.as_str().parse().expect("a name"))
            }
        };
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&["https://api.test"]);
        validation.set_issuer(&["https://id.test"]);
        validation.validate_nbf = true;
        Box::new(move || assert!(decode::<OrderClaims>(black_box(&self.token), &key, &validation).is_ok()))
    }

    fn requirement() -> Requirement {
        Requirement::scope("orders:write").expect("a scope")
    }
}

fn main() {
    println!("overhead of the layers, medians of {ROUNDS} rounds; `cargo bench -p portcullis-tests`\n");
    println!("                        RS256       ES256       EdDSA       HS256");
    let columns = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256].map(column);
    let row = |name: &str, value: fn(&Column) -> String| {
        println!("{name:18}{}", columns.iter().map(|column| format!("{:>12}", value(column))).collect::<String>());
    };
    row("raw verification", |c| micros(c.raw));
    row("bare service", |c| micros(c.bare));
    row("auth + require", |c| micros(c.two));
    row("  over raw + bare", |c| micros(c.two - c.raw - c.bare));
    row("  allocations", |c| c.two_allocations.to_string());
    row("four layers", |c| micros(c.four));
    row("  over two layers", |c| micros(c.four - c.two));
    row("  allocations", |c| c.four_allocations.to_string());
    row("jsonwebtoken", |c| micros(c.jsonwebtoken));
    row("  over raw", |c| micros(c.jsonwebtoken - c.raw));
    row("  allocations", |c| c.jsonwebtoken_allocations.to_string());
    println!();
    paths();
    threads();
}

struct Column {
    raw: f64,
    bare: f64,
    two: f64,
    four: f64,
    jsonwebtoken: f64,
    two_allocations: u64,
    four_allocations: u64,
    jsonwebtoken_allocations: u64,
}

fn column(algorithm: Algorithm) -> Column {
    let subject = Subject::new(algorithm);
    let Subject { authority, credential, .. } = &subject;
    let mut two = authority.authenticate().layer(authority.require(Subject::requirement()).layer(Bare));
    // Extraction left out of the sum: it decodes claims, which the two layers do not.
    let mut four = authority.verify_signature().layer(
        authority
            .enforce_expiry()
            .layer(authority.require(Subject::requirement()).layer(authority.authenticate().layer(Bare))),
    );
    let mut bare = Bare;
    assert_eq!(call(&mut two, Some(credential)), 200);
    let bare_allocations = allocations(|| sink(call(&mut Bare, Some(credential))));
    let two_allocations = allocations(|| sink(call(&mut two, Some(credential)))) - bare_allocations;
    let four_allocations = allocations(|| sink(call(&mut four, Some(credential)))) - bare_allocations;
    let jsonwebtoken_allocations = allocations(subject.jsonwebtoken());
    let [raw, bare, two, four, jsonwebtoken] = contest([
        subject.raw(),
        Box::new(|| sink(call(&mut bare, Some(credential)))),
        Box::new(|| sink(call(&mut two, Some(credential)))),
        Box::new(|| sink(call(&mut four, Some(credential)))),
        subject.jsonwebtoken(),
    ]);
    Column { raw, bare, two, four, jsonwebtoken, two_allocations, four_allocations, jsonwebtoken_allocations }
}

fn paths() {
    let subject = Subject::new(Algorithm::HS256);
    let Subject { authority, credential, issuer, .. } = &subject;
    let garbage = HeaderValue::from_static("Bearer not.a.token");
    let poor = HeaderValue::try_from(format!("Bearer {}", issuer.token("profile"))).expect("a header");
    let forged = {
        let mut text = credential.to_str().expect("text").to_owned();
        text.truncate(text.len() - 4);
        HeaderValue::try_from(text + "AAAA").expect("a header")
    };
    let guarded = || authority.authenticate().layer(authority.require(Subject::requirement()).layer(Bare));
    let (mut a, mut b, mut c, mut d, mut bare) = (guarded(), guarded(), guarded(), guarded(), Bare);
    let mut claims = authority.extract_claims::<OrderClaims>().layer(Bare);
    let mut authenticated = authority.authenticate().layer(Bare);
    assert_eq!(call(&mut a, None), 401);
    assert_eq!(call(&mut b, Some(&garbage)), 401);
    assert_eq!(call(&mut c, Some(&forged)), 401);
    assert_eq!(call(&mut d, Some(&poor)), 403);
    let [nothing, bare_time, missing, malformed, forged, scope, authenticated, claims] = contest([
        Box::new(|| sink(call(&mut Bare, None))),
        Box::new(|| sink(call(&mut bare, Some(credential)))),
        Box::new(|| sink(call(&mut a, None))),
        Box::new(|| sink(call(&mut b, Some(&garbage)))),
        Box::new(|| sink(call(&mut c, Some(&forged)))),
        Box::new(|| sink(call(&mut d, Some(&poor)))),
        Box::new(|| sink(call(&mut authenticated, Some(credential)))),
        Box::new(|| sink(call(&mut claims, Some(credential)))),
    ]);
    println!("paths, HS256, over the bare service");
    println!("  no token             {:>10}", micros(missing - nothing));
    println!("  malformed token      {:>10}", micros(malformed - bare_time));
    println!("  forged signature     {:>10}", micros(forged - bare_time));
    println!("  scope missing        {:>10}", micros(scope - bare_time));
    println!("  claims of 2 members, over authenticate {:>10}", micros(claims - authenticated));

    let held = ScopeSet::parse("orders:read orders:write profile reports:read").expect("scopes");
    let asked = [Requirement::scope("reports:read"), Requirement::scope("absent")].map(|asked| asked.expect("a scope"));
    let [last, absent] = contest([
        Box::new(|| sink(asked[0].allows(black_box(held.as_scopes())))),
        Box::new(|| sink(asked[1].allows(black_box(held.as_scopes())))),
    ]);
    println!("permission check on 4 scopes: the last {last:.0} ns, absent {absent:.0} ns\n");
}

/// Requests a second of two threads against one, sharing an authority.
fn threads() {
    println!("two threads against one, authenticate + require");
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
        let subject = Subject::new(algorithm);
        let mut ratios: Vec<f64> = (0..9).map(|_| throughput(&subject, 2) / throughput(&subject, 1)).collect();
        ratios.sort_by(f64::total_cmp);
        println!("  {:6} {:.2}x", algorithm.as_str(), ratios[ratios.len() / 2]);
    }
}

fn throughput(subject: &Subject, threads: usize) -> f64 {
    let time = Duration::from_millis(60);
    std::thread::scope(|scope| {
        let counts: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let authority = &subject.authority;
                    let mut service =
                        authority.authenticate().layer(authority.require(Subject::requirement()).layer(Bare));
                    let start = Instant::now();
                    let mut count = 0.0;
                    while start.elapsed() < time {
                        assert_eq!(call(&mut service, Some(&subject.credential)), 200);
                        count += 1.0;
                    }
                    count / start.elapsed().as_secs_f64()
                })
            })
            .collect();
        counts.into_iter().map(|count| count.join().expect("a thread")).sum()
    })
}

fn micros(nanoseconds: f64) -> String {
    format!("{:.2} µs", nanoseconds / 1000.0)
}

/// Kept so that the typed claims are what users would write.
#[expect(dead_code, reason = "a compile check")]
fn typed(claims: &Claims<OrderClaims>) -> &str {
    &claims.sub
}
