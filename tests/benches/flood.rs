//! What a flood of forged `kid`s does to good tokens, over real sockets.
//!
//! `cargo bench -p portcullis-tests --bench flood` starts a service whose keys come from a provider over HTTP, and one client
//! with a good token that asks again and again while nobody else does; while a flood of tokens with random unknown `kid`s
//! comes in; and, as a control, while as many requests without any token do. The machine has to serve the flood as well,
//! so the control says what of the difference is due to the work, and what to the keys.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use portcullis_jwks::RemoteKeys;
use portcullis_testing::TestIssuer;
use portcullis_tests::builder;
use portcullis_tests::idp::Idp;
use tokio::net::TcpListener;

/// Requests of the flood in a second, over all its connections.
const RATE: u64 = 2000;
const CONNECTIONS: u64 = 8;
const TIME: Duration = Duration::from_secs(20);

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream: BufReader::new(stream), address }
    }

    /// The status of an answer.
    fn ask(&mut self, token: Option<&str>) -> u16 {
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n{authorization}\r\n", self.address);
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("an answer");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse().expect("a length");
            } else if line.is_empty() {
                self.stream.read_exact(&mut vec![0; length]).expect("a body");
                return status;
            }
        }
    }
}

/// Who asks beside the good client.
#[derive(Clone, Copy, PartialEq)]
enum Crowd {
    Nobody,
    WithoutTokens,
    WithForgedKids,
}

/// The latencies of a good client, sorted, and how many of the crowd's requests were answered.
fn run(address: SocketAddr, good: &str, crowd: Crowd, issuer: &TestIssuer) -> (Vec<Duration>, u64) {
    let (over, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    let forged = issuer.token("");
    let payload = forged.split_once('.').expect("a token").1;
    thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (over, answered) = (&over, &answered);
            scope.spawn(move || {
                if crowd == Crowd::Nobody {
                    return;
                }
                let mut client = Client::connect(address);
                let pause = Duration::from_micros(1_000_000 * CONNECTIONS / RATE);
                let mut next = Instant::now();
                let mut number = 0_u64;
                while !over.load(Ordering::Relaxed) {
                    number += 1;
                    let token = (crowd == Crowd::WithForgedKids).then(|| {
                        let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{connection}-{number}"}}"#);
                        format!("{}.{payload}", base64_simd::URL_SAFE_NO_PAD.encode_to_string(header))
                    });
                    let status = client.ask(token.as_deref());
                    assert!(matches!(status, 401 | 503), "{status}");
                    answered.fetch_add(1, Ordering::Relaxed);
                    next += pause;
                    thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
        let mut client = Client::connect(address);
        let mut latencies = Vec::new();
        let began = Instant::now();
        while began.elapsed() < TIME {
            let asked = Instant::now();
            assert_eq!(client.ask(Some(good)), 200, "a good token is refused");
            latencies.push(asked.elapsed());
            thread::sleep(Duration::from_micros(500));
        }
        over.store(true, Ordering::Relaxed);
        latencies.sort_unstable();
        (latencies, answered.load(Ordering::Relaxed))
    })
}

fn main() {
    let issuer = TestIssuer::new();
    let idp = Idp::publishing(issuer.jwks());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let address = runtime.block_on(async {
        let keys = RemoteKeys::at(idp.jwks_uri()).start().expect("a source");
        keys.ready(Duration::from_secs(5)).await.expect("keys");
        let authority = builder(&issuer, keys).build().expect("an authority");
        let app = Router::new().route("/", get(async || "fine")).layer(authority.authenticate());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    });
    let good = issuer.mint().expires_in(3000).sign();
    println!(
        "latency of a good token, {CONNECTIONS} connections with {RATE} requests a second beside it for {} s",
        TIME.as_secs()
    );
    println!("  {:24}{:>10}{:>10}{:>10}{:>14}{:>10}", "", "p50", "p99", "p99.9", "of the crowd", "fetches");
    let mut baseline = None;
    for (name, crowd) in [
        ("nobody else", Crowd::Nobody),
        ("without tokens", Crowd::WithoutTokens),
        ("forged, unknown kids", Crowd::WithForgedKids),
    ] {
        let before = idp.fetches();
        let (latencies, answered) = run(address, &good, crowd, &issuer);
        let at = |part: f64| latencies[((latencies.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e6;
        let percentiles = [at(0.5), at(0.99), at(0.999)];
        let baseline = *baseline.get_or_insert(percentiles);
        let [p50, p99, p999] = percentiles.map(|micros| format!("{micros:.0} µs"));
        println!("  {name:24}{p50:>10}{p99:>10}{p999:>10}{answered:>14}{:>10}", idp.fetches() - before);
        if crowd != Crowd::Nobody {
            let ratios: Vec<_> =
                percentiles.iter().zip(baseline).map(|(now, then)| format!("{:.2}", now / then)).collect();
            println!("  {:24}{:>10}{:>10}{:>10}", "  over nobody else", ratios[0], ratios[1], ratios[2]);
        }
    }
}
