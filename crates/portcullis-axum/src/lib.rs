//! axum extractors for [Portcullis](portcullis). The layers are those of `portcullis`: they go on a `Router` or a single
//! route as they are.
//!
//! | extractor | gives | without it |
//! |---|---|---|
//! | [`Require<P>`] | `Granted<P>`, the proof that privileged code asks for | 401, 403 |
//! | [`Principal`] | who calls | 401 |
//! | [`MaybePrincipal`] | who calls, or nobody, behind an optional layer | a bad token is refused |
//! | [`Claims<C>`] | the claims in a type of yours | 401 |
//! | [`Allowed`] | the proof that a policy let the request through | 500: no policy did |
//!
//! An extractor asks the innermost layer that the request went through, and does what that layer left undone. Where no
//! layer ran it answers 500 and says so in the log: that is an error of the service. With the authority in the
//! router's state, `Require<P, FromState>` needs no layer at all.
//!
//! A [`GuardedRouter`] is a `Router` to which no route can be added without a permission, or a reason why it is public.
//!
//! ```
//! use axum::{Router, routing::get};
//! use portcullis::{Authority, Granted, StaticKeys};
//! use portcullis_axum::Require;
//!
//! portcullis::permissions! { pub ReadOrders = "orders:read"; }
//!
//! async fn list(Require(by): Require<ReadOrders>) -> String {
//!     orders_of(&by)
//! }
//! fn orders_of(by: &Granted<ReadOrders>) -> String {
//!     format!("the orders of {}", by.principal().subject().unwrap_or("nobody"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use tower::ServiceExt;
//! # let issuer = portcullis_testing::TestIssuer::new();
//! # let keys = issuer.keys();
//! let authority = Authority::builder()
//!     .issuer("https://id.test")
//!     .audience("https://api.test")
//!     .keys(keys)
//!     .build()?;
//! let app: Router = Router::new().route("/orders", get(list)).layer(authority.authenticate());
//!
//! # let call = |token: String| {
//! #     let request = http::Request::get("/orders").header("authorization", format!("Bearer {token}"));
//! #     app.clone().oneshot(request.body(axum::body::Body::empty()).unwrap())
//! # };
//! let allowed = call(issuer.token("orders:read")).await?;
//! assert_eq!(allowed.status(), 200);
//! let refused = call(issuer.token("orders:write")).await?;
//! assert_eq!(refused.status(), 403);
//! # Ok(())
//! # }
//! ```

mod allowed;
mod claims;
mod guarded;
mod principal;
mod rejection;
mod require;
mod source;

pub use allowed::Allowed;
pub use claims::Claims;
pub use guarded::{GuardedMethods, GuardedRouter, IntoAccess, RouterError, routing};
pub use principal::{MaybePrincipal, Principal};
pub use rejection::Rejection;
pub use require::Require;
pub use source::{FindAuthority, FromLayer, FromState, Source};
