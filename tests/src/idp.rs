//! An identity provider that can be told to fail, on a real socket.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use http::Response;
use portcullis::Algorithm;
use portcullis_core::SigningKey;
use portcullis_testing::TestIssuer;

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Play {
    /// Answers.
    Answer(Response<String>),
    /// Answers 304 to who knows this tag, else with this document and the tag.
    Tagged(&'static str, String),
    /// Writes these bytes, whatever they are, and closes.
    Raw(Vec<u8>),
    /// Writes this byte by byte, so many milliseconds apart.
    Drip(Vec<u8>, u64),
    /// Answers after so many milliseconds.
    Slow(u64, Response<String>),
    /// Says nothing, and keeps the connection.
    Hang,
}

/// A provider on a free port of the loopback. It ends with the process.
#[derive(Clone, Debug)]
pub struct Idp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    keys: Play,
    metadata: Option<Play>,
    oauth_metadata: Option<Play>,
    /// The paths that were asked for.
    asked: Vec<String>,
}

/// A JSON document with 200.
pub fn json(document: impl Into<String>) -> Response<String> {
    Response::builder().header("content-type", "application/json").body(document.into()).unwrap()
}

impl Idp {
    /// One that publishes this document at `/jwks`.
    pub fn publishing(jwks: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let keys = Play::Answer(json(jwks));
        let state = Arc::new(Mutex::new(State { keys, metadata: None, oauth_metadata: None, asked: Vec::new() }));
        let idp = Self { address, state };
        let server = idp.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let server = server.clone();
                // Whoever hangs up early is not our concern.
                thread::spawn(move || server.serve(&stream).ok());
            }
        });
        idp
    }

    /// From now on it answers so where the keys are.
    pub fn keys(&self, play: Play) {
        self.state().keys = play;
    }

    /// From now on it publishes this document.
    pub fn publish(&self, jwks: impl Into<String>) {
        self.keys(Play::Answer(json(jwks)));
    }

    /// From now on it answers so where its metadata is.
    pub fn metadata(&self, play: Play) {
        self.state().metadata = Some(play);
    }

    /// From now on it has metadata of RFC 8414, and answers so where it is.
    pub fn oauth_metadata(&self, play: Play) {
        self.state().oauth_metadata = Some(play);
    }

    /// The name of the issuer.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where its keys are.
    pub fn jwks_uri(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    /// How often the keys were asked for.
    pub fn fetches(&self) -> usize {
        self.state().asked.iter().filter(|path| *path == "/jwks").count()
    }

    /// Every path that was asked for.
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn play(&self, path: &str) -> Play {
        let mut state = self.state();
        state.asked.push(path.to_owned());
        match path {
            "/jwks" => state.keys.clone(),
            "/.well-known/openid-configuration" => state.metadata.clone().unwrap_or_else(|| {
                let (issuer, keys) = (self.issuer(), self.jwks_uri());
                Play::Answer(json(serde_json::json!({ "issuer": issuer, "jwks_uri": keys, "x": [1] }).to_string()))
            }),
            path if path.starts_with("/.well-known/oauth-authorization-server") && state.oauth_metadata.is_some() => {
                state.oauth_metadata.clone().unwrap()
            }
            _ => Play::Answer(Response::builder().status(404).body(String::new()).unwrap()),
        }
    }

    fn serve(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let fields: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let mut stream = stream;
        match self.play(request.split(' ').nth(1).unwrap_or_default()) {
            Play::Answer(response) => stream.write_all(&bytes(&response)),
            Play::Tagged(tag, document) => {
                let knows = fields.iter().any(|field| field.to_lowercase() == format!("if-none-match: \"{tag}\""));
                let response = if knows { Response::builder().status(304) } else { Response::builder() };
                let body = if knows { String::new() } else { document };
                stream.write_all(&bytes(&response.header("etag", format!("\"{tag}\"")).body(body).unwrap()))
            }
            Play::Raw(raw) => stream.write_all(&raw),
            Play::Drip(raw, apart) => raw.iter().try_for_each(|byte| {
                thread::sleep(Duration::from_millis(apart));
                stream.write_all(&[*byte])
            }),
            Play::Slow(millis, response) => {
                thread::sleep(Duration::from_millis(millis));
                stream.write_all(&bytes(&response))
            }
            Play::Hang => {
                thread::sleep(Duration::from_secs(60));
                Ok(())
            }
        }
    }
}

/// A response as it goes over the wire.
pub fn bytes(response: &Response<String>) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", response.status());
    for (name, value) in response.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    head += &format!("Content-Length: {}\r\n\r\n", response.body().len());
    [head.as_bytes(), response.body().as_bytes()].concat()
}

/// An issuer of `name` whose key is new, and has this `kid`.
pub fn issuer_with_key(name: &str, kid: &str) -> TestIssuer {
    let key = SigningKey::generate(Algorithm::ES256).unwrap().with_kid(kid);
    TestIssuer::with_key(key).named(name, "https://api.test")
}

/// One document of the keys of several.
pub fn jwks_of(issuers: &[&TestIssuer]) -> String {
    let keys: Vec<_> = issuers.iter().filter_map(|issuer| issuer.key().to_public_jwk()).collect();
    serde_json::json!({ "keys": keys }).to_string()
}
