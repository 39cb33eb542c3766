//! The layer: before a call goes out, its token is exchanged.

mod error;
mod future;
mod layer;
mod service;
mod subject;

pub use error::DownscopeError;
pub use future::ResponseFuture;
pub use layer::DownscopeLayer;
pub use service::DownscopeService;
