//! Real servers on real sockets, and clients that can send what no decent client sends.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use portcullis::Denied;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tonic::transport::server::TcpIncoming;
use tower::Service;

use crate::wire::parse_challenge;

/// Long enough for anything but a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server on a port of its own, until it is dropped.
#[derive(Debug)]
pub struct Host {
    name: &'static str,
    address: SocketAddr,
    grpc: bool,
    task: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

impl Host {
    /// axum, as `axum::serve` serves it.
    pub async fn axum(app: Router) -> Self {
        let (listener, address) = listen().await;
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { name: "axum", address, grpc: false, task }
    }

    /// tonic: how to serve is up to the caller.
    pub async fn tonic<F>(serve: impl FnOnce(TcpIncoming) -> F) -> Self
    where
        F: Future<Output = Result<(), tonic::transport::Error>> + Send + 'static,
    {
        let (listener, address) = listen().await;
        let serving = serve(listener.into());
        let task = tokio::spawn(async move { serving.await.unwrap() });
        Self { name: "tonic", address, grpc: true, task }
    }

    /// hyper, with nothing between it and the service.
    pub async fn hyper<S, B>(service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send,
        B: Body<Data = Bytes, Error = Infallible> + Send + 'static,
    {
        let (listener, address) = listen().await;
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    // A broken connection is the client's business.
                    drop(server.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { name: "hyper", address, grpc: false, task }
    }

    /// Which host it is.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection: HTTP/1, or HTTP/2 for gRPC.
    pub async fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        // Small requests in quick succession, each waiting for its answer.
        stream.set_nodelay(true).unwrap();
        let stream = TokioIo::new(stream);
        if self.grpc {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
            tokio::spawn(async move { drop(connection.await) });
            Client::Grpc(sender)
        } else {
            let (sender, connection) = http1::handshake(stream).await.unwrap();
            tokio::spawn(async move { drop(connection.await) });
            Client::Http(sender)
        }
    }

    /// A channel for tonic's own clients.
    pub async fn channel(&self) -> tonic::transport::Channel {
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        endpoint.connect().await.unwrap()
    }

    /// Writes bytes as they stand and reads all that comes back before the connection ends.
    ///
    /// # Panics
    /// When the server neither answers nor hangs up.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let exchange = async {
            // The server may hang up while we write.
            drop(stream.write_all(bytes).await);
            let mut answer = Vec::new();
            drop(stream.read_to_end(&mut answer).await);
            answer
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| panic!("{}: a hang", self.name))
    }
}

/// A connection.
#[derive(Debug)]
pub enum Client {
    /// HTTP/1.
    Http(http1::SendRequest<Full<Bytes>>),
    /// gRPC.
    Grpc(http2::SendRequest<Full<Bytes>>),
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What came behind the body.
    pub trailers: Option<HeaderMap>,
}

impl Client {
    /// Asks for `path` with these `Authorization` fields.
    ///
    /// # Errors
    /// When the connection or the stream breaks.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn ask(&mut self, path: &str, authorization: &[Vec<u8>]) -> Result<Reply, hyper::Error> {
        let mut request = Request::builder().uri(path).body(Full::default()).unwrap();
        for value in authorization {
            request.headers_mut().append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        self.send(request).await
    }

    /// Sends a request; a gRPC client makes it a call with one empty message.
    ///
    /// # Errors
    /// When the connection or the stream breaks.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Reply, hyper::Error> {
        let exchange = async {
            let response = match self {
                Self::Http(sender) => {
                    sender.ready().await?;
                    request.headers_mut().insert("host", HeaderValue::from_static("api.test"));
                    sender.send_request(request).await?
                }
                Self::Grpc(sender) => {
                    sender.ready().await?;
                    *request.method_mut() = http::Method::POST;
                    let path = request.uri().path_and_query().unwrap().clone();
                    *request.uri_mut() = format!("http://api.test{path}").parse().unwrap();
                    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
                    request.headers_mut().insert("te", HeaderValue::from_static("trailers"));
                    *request.body_mut() = Full::from(Bytes::from_static(b"\0\0\0\0\0"));
                    sender.send_request(request).await?
                }
            };
            let (parts, body) = response.into_parts();
            let body = body.collect().await?;
            let trailers = body.trailers().cloned();
            Ok(Reply { status: parts.status.as_u16(), headers: parts.headers, body: body.to_bytes(), trailers })
        };
        tokio::time::timeout(PATIENCE, exchange).await.expect("a hang")
    }
}

/// What a request came to, in words that are the same for every host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The status of the refusal table, 200 for a pass: of gRPC, that which the code stands for.
    pub status: u16,
    /// `error` of the challenge.
    pub error: Option<String>,
    /// The name of the kind, as [`show_kind`] shows it.
    pub kind: Option<String>,
}

impl Reply {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// What the request came to.
    ///
    /// # Panics
    /// When a gRPC refusal is not trailers-only, or the challenge is not one.
    pub fn verdict(&self) -> Verdict {
        let kind = self.header("x-denied-kind").map(str::to_owned);
        let challenge = self.headers.get(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap());
        let parameters = challenge.map(|challenge| parse_challenge(challenge).unwrap()).unwrap_or_default();
        let error = parameters.iter().find(|(name, _)| *name == "error").map(|(_, error)| (*error).to_owned());
        if self.header("content-type") != Some("application/grpc") {
            return Verdict { status: self.status, error, kind };
        }
        assert_eq!(self.status, 200, "gRPC is always 200");
        let status = match self.header("grpc-status") {
            Some(code) => {
                assert!(self.body.is_empty() && self.trailers.is_none(), "a refusal is trailers-only");
                match (code, error.as_deref()) {
                    ("16", Some("invalid_request")) => 400,
                    ("16", _) => 401,
                    ("7", _) => 403,
                    ("14", _) => 503,
                    ("13", _) => 500,
                    _ => panic!("no code of the refusal table: {code}"),
                }
            }
            None => {
                let trailers = self.trailers.as_ref().expect("trailers behind the messages");
                assert_eq!(trailers["grpc-status"], "0", "neither refused nor served");
                200
            }
        };
        Verdict { status, error, kind }
    }
}

/// Shows the kind of a refusal in a header, for tests alone: behind the layers, over the wire.
pub fn show_kind<B>(mut response: Response<B>) -> Response<B> {
    if let Some(denied) = response.extensions().get::<Denied>() {
        let kind = HeaderValue::from_static(denied.kind().as_str());
        response.headers_mut().insert("x-denied-kind", kind);
    }
    response
}
