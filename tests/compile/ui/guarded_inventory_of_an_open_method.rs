//! The constant is there although a method is open: the error is not followed by others about its name.

use tonic::{Request, Response, Status};

trait Orders {
    async fn get(&self, request: Request<String>) -> Result<Response<String>, Status>;
}

struct Service;

#[portcullis::guarded(inventory = ORDERS)]
impl Orders for Service {
    async fn get(&self, _request: Request<String>) -> Result<Response<String>, Status> {
        Err(Status::ok(""))
    }
}

fn main() {
    let _ = ORDERS.iter();
}
