//! Calls on behalf of a caller, with a token that opens less.
//!
//! A service that sends its caller's token on gives every service behind it all that the caller may do. [`TokenExchange`] swaps
//! that token, before the call goes out, for one that is for this callee and these scopes alone (RFC 8693):
//!
//! ```no_run
//! # async fn example(inbound: http::Request<()>) -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "client")] {
//! use portcullis_exchange::{Downscope, SubjectToken, TokenExchange};
//! use tower::{ServiceBuilder, Service, ServiceExt};
//!
//! let exchange =
//!     TokenExchange::at("https://id.example.com/token").client_secret("orders", std::env::var("SECRET")?).build()?;
//! let stock = Downscope::to("https://inventory.example.com").scopes(["stock:read"])?;
//! # let http_client = tower::service_fn(|_: http::Request<()>| async {
//! #     Ok::<_, std::convert::Infallible>(http::Response::new(()))
//! # });
//! let mut inventory = ServiceBuilder::new().layer(exchange.downscope(stock)).service(http_client);
//!
//! let mut request = http::Request::get("https://inventory.example.com/stock").body(())?;
//! request.extensions_mut().insert(SubjectToken::from_headers(inbound.headers())?);
//! let response = inventory.ready().await?.call(request).await?;
//! # let _ = response;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! 1. **The caller's token goes to the token endpoint, and nowhere else.** Without one, or with two that differ, the call fails.
//! 2. **What opens more than was asked for is not used**: other scopes, another audience, a longer life, the caller's own token.
//!    A server that gives every token the same life needs [`allow_longer_life`](DangerousTokenExchange::allow_longer_life).
//! 3. **One exchange for many calls.** A token is kept until shortly before it expires; calls at the same time share one
//!    exchange, which outlives the call that began it. Failures are not kept.
//! 4. **A 401 of the callee** drops the token: the next call gets another.
//! 5. **Limits on everything**: 5 seconds an exchange, 64 KiB an answer, 10,000 tokens kept. Only `https`; no redirects.
//!
//! # Metrics
//!
//! Through the [`metrics`](https://docs.rs/metrics) facade, for whoever installed a recorder.
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `portcullis_exchange_requests_total` | counter | `callee`, `outcome` (`granted` or why it failed) |
//! | `portcullis_exchange_cache_total` | counter | `callee`, `result` (`hit`, `joined`, `miss`) |

mod cache;
mod callee;
mod downscope;
mod error;
mod exchange;
mod subject_token;
mod telemetry;
mod token;

pub use callee::{Callee, Downscope, InvalidDownscope};
pub use downscope::{DownscopeError, DownscopeLayer, DownscopeService, ResponseFuture};
pub use error::{ExchangeError, ExchangeErrorKind};
pub use exchange::{BuildError, DangerousTokenExchange, TokenExchange, TokenExchangeBuilder};
pub use portcullis_http::{BuiltIn, Custom, HttpClient};
pub use subject_token::{InvalidSubjectToken, SubjectToken};
pub use token::DownscopedToken;
