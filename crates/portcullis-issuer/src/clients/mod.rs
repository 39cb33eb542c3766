//! Who may ask: clients, how each proves that it is itself, and what it may ask for.

mod client;
mod grant_type;
mod secret;
mod table;

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;

pub use client::Client;
pub use grant_type::GrantType;
pub use secret::{ClientSecret, SecretError};
pub use table::ClientTable;

pub(crate) use client::Proof;

/// Where the endpoints find a client. [`ClientTable`] is one in memory.
///
/// ```
/// use std::sync::Arc;
/// use futures::FutureExt;
/// use futures::future::{BoxFuture, ready};
/// use portcullis_issuer::{Client, Clients, ClientsUnavailable, GrantType};
///
/// /// One app for all, and no other.
/// #[derive(Debug)]
/// struct OneApp(Arc<Client>);
///
/// impl Clients for OneApp {
///     fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<Client>>, ClientsUnavailable>> {
///         ready(Ok((id == self.0.id()).then(|| Arc::clone(&self.0)))).boxed()
///     }
/// }
///
/// let clients = OneApp(Client::public("app").may(GrantType::RefreshToken).into());
/// # let _ = clients;
/// ```
pub trait Clients: fmt::Debug + Send + Sync + 'static {
    /// The client of this very name. The name is what a stranger sent.
    ///
    /// # Errors
    /// When it cannot be told: the request is refused then (503).
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<Client>>, ClientsUnavailable>>;
}

impl<C: Clients + ?Sized> Clients for Arc<C> {
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<Client>>, ClientsUnavailable>> {
        (**self).find(id)
    }
}

/// Who the clients are cannot be told now. The text is for the log of the issuer: keep secrets out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsUnavailable {
    why: Box<str>,
}

impl ClientsUnavailable {
    /// With what went wrong.
    pub fn new(why: impl Into<Box<str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for ClientsUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "who the clients are cannot be told: {}", self.why)
    }
}

impl std::error::Error for ClientsUnavailable {}
