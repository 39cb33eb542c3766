//! Arguments that `#[guarded]` does not know.

use tonic::{Request, Response, Status};

trait Orders {
    async fn get(&self, request: Request<String>) -> Result<Response<String>, Status>;
}

struct Strict;

#[portcullis::guarded(strict)]
impl Orders for Strict {
    #[portcullis::require("orders:read")]
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

struct Text;

#[portcullis::guarded(inventory = "ORDERS")]
impl Orders for Text {
    #[portcullis::require("orders:read")]
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

struct Nameless;

#[portcullis::guarded(inventory)]
impl Orders for Nameless {
    #[portcullis::require("orders:read")]
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

struct Twice;

#[portcullis::guarded(inventory = ONE, inventory = TWO)]
impl Orders for Twice {
    #[portcullis::require("orders:read")]
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

fn main() {}
