//! What the layers cost, measured against controls in the same run.
//!
//! `cargo bench -p portcullis-tests` prints, for each algorithm: raw verification with a prepared key, a bare service, the
//! service behind layers, and the difference; then the paths that have a budget of their own. Every
//! figure is the fastest of many short rounds, in which the contestants take turns: what the code costs when nothing else is
//! going on. On a shared machine the median of a difference of microseconds says more about the neighbours.

mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::sources::Sources;
use common::{Bare, OrderClaims, Subject, call, call_at, sink, tables, two_layers};
use http::HeaderValue;
use jsonwebtoken::{DecodingKey, Validation, decode};
use portcullis::{Algorithm, Requirement, ScopeSet};
use tower::Layer;

const ROUNDS: usize = 401;
const ROUND: Duration = Duration::from_millis(1);

/// Nanoseconds a call of each contestant, taking turns: those of its fastest round.
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
    let mut fastest = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for ((run, count), fastest) in contestants.iter_mut().zip(lengths).zip(&mut fastest) {
            let start = Instant::now();
            for _ in 0..count {
                run();
            }
            *fastest = fastest.min(start.elapsed().as_nanos() as f64 / f64::from(count));
        }
    }
    fastest
}

/// What the layers are held against.
trait Contestants {
    fn raw(&self) -> Box<dyn FnMut() + '_>;
    fn jsonwebtoken(&self) -> Box<dyn FnMut() + '_>;
}

impl Contestants for Subject {
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
        Box::new(move || {
            let claims = decode::<OrderClaims>(black_box(&self.token), &key, &validation).expect("a good token").claims;
            sink((claims.sub, claims.tenant));
        })
    }
}

fn main() {
    println!("overhead of the layers, fastest of {ROUNDS} rounds; `cargo bench -p portcullis-tests`\n");
    println!("                        RS256       ES256       EdDSA       HS256");
    let columns = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256].map(column);
    let row = |name: &str, value: fn(&Column) -> String| {
        println!("{name:18}{}", columns.iter().map(|column| format!("{:>12}", value(column))).collect::<String>());
    };
    row("raw verification", |c| micros(c.raw));
    row("bare service", |c| micros(c.bare));
    row("auth + require", |c| micros(c.two));
    row("  over raw + bare", |c| micros(c.two - c.raw - c.bare));
    row("four layers", |c| micros(c.four));
    row("  over two layers", |c| micros(c.four - c.two));
    row("jsonwebtoken", |c| micros(c.jsonwebtoken));
    row("  over raw", |c| micros(c.jsonwebtoken - c.raw));
    println!();
    sources();
    paths();
    tables();
    threads();
}

/// A table of rules over `authenticate()` alone, and a thousand of them over ten.
fn tables() {
    println!("a table of rules, HS256, over authenticate()       10 rules   1000 rules");
    let subject = Subject::new(Algorithm::HS256);
    let Subject { authority, credential, .. } = &subject;
    for (name, method, uri) in tables::requests() {
        let mut plain = authority.authenticate().layer(Bare);
        let [mut ten, mut thousand] = [10, 1000].map(|rules| tables::layer(authority, rules).layer(Bare));
        assert_eq!(call_at(&mut ten, &method, &uri, Some(credential)), 200, "{name}");
        assert_eq!(call_at(&mut thousand, &method, &uri, Some(credential)), 200, "{name}");
        let [plain, ten, thousand] = contest([
            Box::new(|| sink(call_at(&mut plain, &method, &uri, Some(credential)))),
            Box::new(|| sink(call_at(&mut ten, &method, &uri, Some(credential)))),
            Box::new(|| sink(call_at(&mut thousand, &method, &uri, Some(credential)))),
        ]);
        println!("  {name:44}{:>8.0} ns{:>10.0} ns", ten - plain, thousand - plain);
    }
    println!();
}

/// The same two layers with keys from elsewhere, with several issuers to choose from, and with a list of what is revoked.
fn sources() {
    println!("two layers, over the same with static keys of one issuer");
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let subject = Subject::new(algorithm);
        let credential = &subject.credential;
        let sources = Sources::of(&subject);
        let services = sources.authorities.each_ref().map(|(_, authority)| two_layers(authority));
        let times = contest(services.map(|mut service| -> Box<dyn FnMut()> {
            assert_eq!(call(&mut service, Some(credential)), 200);
            Box::new(move || sink(call(&mut service, Some(credential))))
        }));
        print!("  {:6}", algorithm.as_str());
        for ((name, _), time) in sources.authorities.iter().zip(times).skip(1) {
            print!("   {name} {:+.0} ns ({:.3})", time - times[0], time / times[0]);
        }
        println!();
    }
    println!();
}

struct Column {
    raw: f64,
    bare: f64,
    two: f64,
    four: f64,
    jsonwebtoken: f64,
}

fn column(algorithm: Algorithm) -> Column {
    let subject = Subject::new(algorithm);
    let credential = &subject.credential;
    let (mut two, mut four) = (subject.two_layers(), subject.four_layers());
    let mut bare = Bare;
    assert_eq!(call(&mut two, Some(credential)), 200);
    let [raw, bare, two, four, jsonwebtoken] = contest([
        subject.raw(),
        Box::new(|| sink(call(&mut bare, Some(credential)))),
        Box::new(|| sink(call(&mut two, Some(credential)))),
        Box::new(|| sink(call(&mut four, Some(credential)))),
        subject.jsonwebtoken(),
    ]);
    Column { raw, bare, two, four, jsonwebtoken }
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
