//! Who asks: exactly one way to prove it per request (RFC 6749 §2.3).

mod assertion;
mod basic;
mod secrets;

use std::sync::Arc;

use http::HeaderValue;

pub(super) use secrets::Secrets;

use super::desk::Desk;
use super::form::Form;
use super::throttle::EndpointKind;
use crate::clients::{Client, Proof};
use crate::refused::RefusedKind;

/// The longest name of a client, in bytes.
const LONGEST_NAME: usize = 255;

/// What a request proves itself by.
pub(super) struct Credentials {
    client: String,
    shown: Shown,
}

enum Shown {
    Secret(String),
    Assertion(String),
    Nothing,
}

impl Credentials {
    /// What is shown, before anything of it is believed.
    pub(super) fn of(authorization: &[HeaderValue], form: &Form) -> Result<Self, RefusedKind> {
        let asserted = form.has("client_assertion") || form.has("client_assertion_type");
        let ways = [!authorization.is_empty(), asserted, form.has("client_secret")];
        if authorization.len() > 1 || ways.into_iter().filter(|used| *used).count() > 1 {
            return Err(RefusedKind::MalformedRequest);
        }
        let named = form.get("client_id");
        let (client, shown) = if let [value] = authorization {
            let (client, secret) = basic::read(value).ok_or(RefusedKind::InvalidClient)?;
            (client, Shown::Secret(secret))
        } else if asserted {
            let (client, assertion) = assertion::read(form, named).ok_or(RefusedKind::InvalidClient)?;
            (client, Shown::Assertion(assertion))
        } else if form.has("client_secret") {
            // A secret in the body ends up in logs (RFC 6749 §2.3.1: not recommended).
            return Err(RefusedKind::InvalidClient);
        } else {
            (named.ok_or(RefusedKind::InvalidClient)?.to_owned(), Shown::Nothing)
        };
        if named.is_some_and(|named| named != client) {
            return Err(RefusedKind::MalformedRequest);
        }
        if client.is_empty() || client.len() > LONGEST_NAME {
            return Err(RefusedKind::InvalidClient);
        }
        Ok(Self { client, shown })
    }

    /// Who it says to be.
    pub(super) fn client(&self) -> &str {
        &self.client
    }
}

impl Desk {
    /// The client, if it is who it says to be.
    pub(super) async fn authenticate(
        &self,
        endpoint: EndpointKind,
        credentials: &Credentials,
    ) -> Result<Arc<Client>, RefusedKind> {
        let found = self.clients.find(&credentials.client).await.map_err(|error| {
            tracing::error!(%error, "nobody is authenticated");
            RefusedKind::StoreUnavailable
        })?;
        // A database may think that two names are one.
        let client = found.filter(|client| client.id() == credentials.client);
        let proven = match (&credentials.shown, client.as_deref().map(Client::proof)) {
            (Shown::Secret(secret), Some(Proof::Secret(kept))) => self.secrets.are_one(kept, secret).await?,
            // As much work for an unknown client, or one of another kind, as for a known one.
            (Shown::Secret(secret), _) => self.secrets.are_none(secret).await?,
            (Shown::Assertion(assertion), Some(Proof::Keys(keys))) => {
                self.check_assertion(endpoint, &credentials.client, keys, assertion).await?
            }
            (Shown::Nothing, Some(Proof::None)) => true,
            _ => false,
        };
        client.filter(|_| proven).ok_or(RefusedKind::InvalidClient)
    }
}
