//! A gRPC service with a method of each kind, written as a generator would, with text for messages.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf as _, BufMut as _};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{Body, BoxFuture, BoxStream, StdError};
use tonic::server::{
    ClientStreamingService, Grpc, NamedService, ServerStreamingService, StreamingService, UnaryService,
};
use tonic::{Request, Response, Status, Streaming};
use tower::Service;

/// The service.
#[tonic::async_trait]
pub trait Orders: Send + Sync + 'static {
    /// One message in, one out.
    async fn get(&self, request: Request<String>) -> Result<Response<String>, Status>;
    /// One message in, many out.
    async fn watch(&self, request: Request<String>) -> Result<Response<BoxStream<String>>, Status>;
    /// Many messages in, one out.
    async fn upload(&self, request: Request<Streaming<String>>) -> Result<Response<String>, Status>;
    /// Many messages in, many out.
    async fn chat(&self, request: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status>;
}

/// The server around it.
pub struct OrdersServer<T> {
    inner: Arc<T>,
}

impl<T> OrdersServer<T> {
    /// Serves it.
    pub fn new(orders: T) -> Self {
        Self { inner: Arc::new(orders) }
    }
}

impl<T> Clone for OrdersServer<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> fmt::Debug for OrdersServer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrdersServer").finish_non_exhaustive()
    }
}

impl<T> NamedService for OrdersServer<T> {
    const NAME: &'static str = "test.Orders";
}

impl<T, B> Service<http::Request<B>> for OrdersServer<T>
where
    T: Orders,
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let method = Method(Arc::clone(&self.inner));
        Box::pin(async move {
            let mut grpc = Grpc::new(Text);
            Ok(match request.uri().path() {
                "/test.Orders/Get" => grpc.unary(method, request).await,
                "/test.Orders/Watch" => grpc.server_streaming(method, request).await,
                "/test.Orders/Upload" => grpc.client_streaming(method, request).await,
                "/test.Orders/Chat" => grpc.streaming(method, request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

struct Method<T>(Arc<T>);

impl<T: Orders> UnaryService<String> for Method<T> {
    type Response = String;
    type Future = BoxFuture<Response<String>, Status>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.get(request).await })
    }
}

impl<T: Orders> ServerStreamingService<String> for Method<T> {
    type Response = String;
    type ResponseStream = BoxStream<String>;
    type Future = BoxFuture<Response<BoxStream<String>>, Status>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.watch(request).await })
    }
}

impl<T: Orders> ClientStreamingService<String> for Method<T> {
    type Response = String;
    type Future = BoxFuture<Response<String>, Status>;

    fn call(&mut self, request: Request<Streaming<String>>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.upload(request).await })
    }
}

impl<T: Orders> StreamingService<String> for Method<T> {
    type Response = String;
    type ResponseStream = BoxStream<String>;
    type Future = BoxFuture<Response<BoxStream<String>>, Status>;

    fn call(&mut self, request: Request<Streaming<String>>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.chat(request).await })
    }
}

/// Text as messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let mut bytes = vec![0; from.remaining()];
        from.copy_to_slice(&mut bytes);
        String::from_utf8(bytes).map(Some).map_err(|_| Status::invalid_argument("not text"))
    }
}

/// A stream of these messages.
pub fn stream_of(messages: impl IntoIterator<Item = &'static str>) -> BoxStream<String> {
    let messages: Vec<_> = messages.into_iter().map(|message| Ok(message.to_owned())).collect();
    Box::pin(tonic::codegen::tokio_stream::iter(messages))
}

/// A service that is open: its methods ask for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open;

#[tonic::async_trait]
impl Orders for Open {
    async fn get(&self, _: Request<String>) -> Result<Response<String>, Status> {
        Ok(Response::new("an order".to_owned()))
    }

    async fn watch(&self, _: Request<String>) -> Result<Response<BoxStream<String>>, Status> {
        Ok(Response::new(stream_of(["one", "two"])))
    }

    async fn upload(&self, request: Request<Streaming<String>>) -> Result<Response<String>, Status> {
        let mut messages = request.into_inner();
        let mut count = 0;
        while messages.message().await?.is_some() {
            count += 1;
        }
        Ok(Response::new(count.to_string()))
    }

    async fn chat(&self, request: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status> {
        Ok(Response::new(Box::pin(request.into_inner())))
    }
}

/// A client of the service, tonic's own.
#[derive(Debug)]
pub struct OrdersClient(tonic::client::Grpc<tonic::transport::Channel>);

impl OrdersClient {
    /// Calls over this channel.
    pub fn new(channel: tonic::transport::Channel) -> Self {
        Self(tonic::client::Grpc::new(channel))
    }

    /// Calls every method with this token, none of the streams of the client ever sending a message, and says what each
    /// came to: a method that was let through waits in vain, so it is asked for its headers alone.
    ///
    /// # Panics
    /// When the server is gone, or neither answers nor refuses.
    pub async fn call_each(&mut self, token: Option<&str>) -> [(&'static str, Result<(), Status>); 4] {
        let patience = std::time::Duration::from_secs(30);
        let (get, watch) = (request("id".to_owned(), token), request("id".to_owned(), token));
        // `upload` answers only when the client is done; `chat` and `watch` begin with their headers.
        let upload = request(tonic::codegen::tokio_stream::empty(), token);
        let chat = request(tonic::codegen::tokio_stream::pending(), token);
        let path = http::uri::PathAndQuery::from_static;
        let calls = async {
            let mut outcomes = Vec::new();
            self.0.ready().await.unwrap();
            outcomes.push(self.0.unary(get, path("/test.Orders/Get"), Text).await.map(drop));
            self.0.ready().await.unwrap();
            outcomes.push(self.0.server_streaming(watch, path("/test.Orders/Watch"), Text).await.map(drop));
            self.0.ready().await.unwrap();
            outcomes.push(self.0.client_streaming(upload, path("/test.Orders/Upload"), Text).await.map(drop));
            self.0.ready().await.unwrap();
            outcomes.push(self.0.streaming(chat, path("/test.Orders/Chat"), Text).await.map(drop));
            outcomes
        };
        let outcomes = tokio::time::timeout(patience, calls).await.expect("a hang");
        let mut names = ["get", "watch", "upload", "chat"].into_iter().zip(outcomes);
        std::array::from_fn(|_| names.next().unwrap())
    }
}

/// A request with this token.
pub fn request<M>(message: M, token: Option<&str>) -> Request<M> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    request
}
