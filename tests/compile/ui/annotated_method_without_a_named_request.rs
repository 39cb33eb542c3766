//! The check reads the proof from the request, so the request needs a name.

use tonic::{Request, Response, Status};

struct Service;

impl Service {
    #[portcullis::require("orders:read")]
    async fn unnamed(&self, _: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }

    #[portcullis::require("orders:read")]
    async fn missing(&self) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

fn main() {}
