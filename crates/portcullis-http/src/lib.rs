//! The HTTP client that Portcullis crates fetch with: any tower service, bounded answers, safe addresses.
//!
//! It is shared by `portcullis-jwks` and `portcullis-exchange`; a service needs those, and not this.
//!
//! ```
//! use std::convert::Infallible;
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use portcullis_http::{Client, FetchError};
//!
//! # futures::executor::block_on(async {
//! let server = tower::service_fn(|_: Request<Full<Bytes>>| async {
//!     Ok::<_, Infallible>(Response::new(Full::from(r#"{"keys":[]}"#)))
//! });
//! let client = Client::new(server);
//! let answer = client.send(Request::new(Full::default())).await?;
//! assert_eq!(answer.text(100).await?, r#"{"keys":[]}"#);
//!
//! let answer = client.send(Request::new(Full::default())).await?;
//! assert_eq!(answer.text(10).await, Err(FetchError::TooLarge));
//! # Ok::<(), FetchError>(())
//! # })?;
//! # Ok::<(), FetchError>(())
//! ```

mod answer;
#[cfg(feature = "client")]
mod built_in;
mod client;
mod error;
mod kind;
mod place;

pub use answer::Answer;
pub use client::Client;
pub use error::{FetchError, chain};
pub use kind::{BuiltIn, Connections, Custom, HttpClient, NotNeeded, OverHttp};
pub use place::{InvalidPlace, Place, Scheme};
