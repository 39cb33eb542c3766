//! A service with methods that say nothing about who may call them.

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

#[tonic::async_trait]
trait Orders {
    async fn get(&self, request: Request<String>) -> Result<Response<String>, Status>;
    async fn watch(&self, request: Request<String>) -> Result<Response<BoxStream<String>>, Status>;
    async fn upload(&self, request: Request<Streaming<String>>) -> Result<Response<String>, Status>;
    async fn chat(&self, request: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status>;
}

struct Service;

#[portcullis::guarded]
#[tonic::async_trait]
impl Orders for Service {
    #[portcullis::require("orders:read")]
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }

    async fn watch(&self, _request: Request<String>) -> Result<Response<BoxStream<String>>, Status> {
        Err(Status::ok(""))
    }

    #[portcullis::public("anybody may send orders")]
    async fn upload(&self, _request: Request<Streaming<String>>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }

    #[cfg_attr(all(), portcullis::require("orders:read"))]
    async fn chat(&self, _request: Request<Streaming<String>>) -> Result<Response<BoxStream<String>>, Status> {
        Err(Status::ok(""))
    }
}

fn main() {}
