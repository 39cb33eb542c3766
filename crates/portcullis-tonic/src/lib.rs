//! tonic glue for [Portcullis](portcullis). The layers are those of `portcullis`: they go on the server
//! (`Server::builder().layer(authority.authenticate())`) or around one service
//! (`authority.authenticate().named_layer(OrdersServer::new(orders))`, with [`tonic::service::LayerExt`]), and decide
//! before the first message of every kind of call. A refusal is a trailers-only response.
//!
//! In a method, ask the request, or annotate the method with [`portcullis::require`]:
//!
//! ```
//! use portcullis::Granted;
//! use portcullis_tonic::RequestExt;
//! use tonic::{Request, Response, Status};
//!
//! portcullis::permissions! { pub ReadOrders = "orders:read"; }
//!
//! async fn get_order(request: Request<u64>) -> Result<Response<String>, Status> {
//!     let by = request.require::<ReadOrders>()?; // UNAUTHENTICATED, PERMISSION_DENIED
//!     Ok(Response::new(load(&by, *request.get_ref())))
//! }
//! fn load(_: &Granted<ReadOrders>, id: u64) -> String {
//!     format!("order {id}")
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let unguarded = Request::new(7); // no layer ran: an error of the service
//! assert_eq!(get_order(unguarded).await.unwrap_err().code(), tonic::Code::Internal);
//! # }
//! ```

//!
//! What methods ask can stand in one table, which a layer enforces: see [`portcullis::policy`]. The feature `descriptors` reads it
//! from the options of the proto (`Descriptors`); [`Annotations`] tell what the attributes on the methods say.

mod annotations;
#[cfg(feature = "descriptors")]
mod descriptors;
mod interceptor;
mod request;
mod status;

#[doc(hidden)]
pub use annotations::Annotation;
pub use annotations::Annotations;
#[cfg(feature = "descriptors")]
pub use descriptors::{DescriptorError, Descriptors, REQUIRE_PROTO};
pub use interceptor::{GuardInterceptor, interceptor};
pub use request::RequestExt;
pub use status::status;
