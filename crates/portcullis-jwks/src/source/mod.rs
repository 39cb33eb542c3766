//! The source: what an authority asks, and the task that keeps it up to date.

mod builder;
mod driver;
mod remote_keys;
mod shared;
mod start_error;
mod wall;

pub use builder::{DangerousRemoteKeys, RemoteKeysBuilder};
pub use remote_keys::{NotReady, RemoteKeys};
pub use start_error::StartError;
