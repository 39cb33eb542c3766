//! The refusal of an extractor.

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use portcullis::{Authority, Denied, NoBody, Protocol, Refusal};

/// The refusal of an extractor: the same status and challenge as a layer's, with an empty body.
#[derive(Debug)]
pub struct Rejection(Box<Refusal>);

impl Rejection {
    pub(crate) fn new(denied: Denied, authority: &Authority, parts: &Parts) -> Self {
        Refusal::new(denied, authority.protocol(&parts.headers)).by(authority).into()
    }

    /// Why.
    pub fn denied(&self) -> &Denied {
        self.0.denied()
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self(Box::new(refusal))
    }
}

/// For handlers: `granted.on(&order)?` in one that returns `Result<_, Rejection>`. It is the status of the refusal, over HTTP; a
/// challenge, where there is one, is a layer's and an extractor's to word.
///
/// ```
/// use portcullis::{GrantedOn, Owner, Resource};
/// use portcullis_axum::{Rejection, Require};
///
/// portcullis::permissions! { pub WriteOrders = "orders:write"; }
///
/// struct Order { customer: String }
/// impl Resource for Order {
///     fn owner(&self) -> Owner<'_> {
///         Owner::subject("https://id.example.com", &self.customer)
///     }
/// }
/// async fn cancel(Require(by): Require<WriteOrders>) -> Result<String, Rejection> {
///     let order = Order { customer: "alice".into() }; // as it was loaded
///     Ok(cancel_order(by.on(&order)?)) // somebody else's: 403
/// }
/// fn cancel_order(by: GrantedOn<'_, WriteOrders, Order>) -> String {
///     format!("cancelled for {}", by.resource().customer)
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::get(cancel);
/// ```
impl From<Denied> for Rejection {
    fn from(denied: Denied) -> Self {
        Refusal::new(denied, Protocol::Http).into()
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.0.into_response::<Body>(&NoBody)
    }
}
