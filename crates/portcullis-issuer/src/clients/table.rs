//! Clients in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use super::{Client, Clients, ClientsUnavailable};

/// The clients, kept in memory: from the configuration of the issuer. It can be changed at any time. Cheap to clone: clones are one
/// table; several instances of an issuer have one each, and take [`Clients`] of yours instead.
///
/// ```
/// use portcullis_issuer::{Client, ClientTable, GrantType};
///
/// let clients = ClientTable::of([Client::public("spa").may(GrantType::RefreshToken)]);
/// clients.insert(Client::public("app").may(GrantType::RefreshToken));
/// assert!(clients.remove("spa"));
/// assert!(!clients.remove("spa")); // gone already: what it holds can't be refreshed any more
/// ```
#[derive(Clone, Default)]
pub struct ClientTable(Arc<RwLock<HashMap<String, Arc<Client>>>>);

impl ClientTable {
    /// Of these; of two with one name, the last.
    pub fn of(clients: impl IntoIterator<Item = Client>) -> Self {
        let table = Self::default();
        clients.into_iter().for_each(|client| table.insert(client));
        table
    }

    /// Adds a client, in place of the one of that name.
    pub fn insert(&self, client: Client) {
        let mut clients = self.0.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(client.id().to_owned(), client.into());
    }

    /// Takes a client out. Whether it was there.
    pub fn remove(&self, id: &str) -> bool {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(id).is_some()
    }
}

impl Clients for ClientTable {
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<Client>>, ClientsUnavailable>> {
        let clients = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(clients.get(id).cloned())).boxed()
    }
}

impl fmt::Debug for ClientTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clients = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(clients.values()).finish()
    }
}
