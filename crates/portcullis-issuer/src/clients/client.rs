//! A client.

use std::fmt;
use std::sync::Arc;

use portcullis_core::{KeySource, ScopeSet};

use super::{ClientSecret, GrantType};
use crate::issuer::Actor;

/// Whoever asks the endpoints for tokens: how it proves that it is itself, and what it may ask for. That is nothing, until it is said.
///
/// ```
/// use portcullis_core::{Algorithm, SigningKey, StaticKeys};
/// use portcullis_issuer::{Client, ClientSecret, GrantType};
///
/// // A job with a secret, for itself.
/// let report = Client::confidential("report", ClientSecret::hash("ahCh3ohW8theish0eeteimaeM")?)
///     .may(GrantType::ClientCredentials)
///     .resource("https://orders.example.com");
///
/// // A service with a key of its own, which calls another for whoever called it.
/// let key = SigningKey::generate(Algorithm::ES256)?;
/// let orders = Client::with_keys("orders", StaticKeys::from(key.verifying_key()?))
///     .may(GrantType::TokenExchange)
///     .serves("https://orders.example.com")
///     .calls("https://stock.example.com");
///
/// // An app in a browser: its refresh tokens are good once, and nothing else protects it.
/// let spa = Client::public("spa").may(GrantType::RefreshToken).may(GrantType::ClientCredentials);
/// assert!(spa.allows(GrantType::RefreshToken));
/// assert!(!spa.allows(GrantType::ClientCredentials)); // without authentication, never
/// # let _ = (report, orders);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    id: String,
    proof: Proof,
    grants: Vec<GrantType>,
    resources: Vec<String>,
    cap: Option<ScopeSet>,
    actor: Actor,
}

/// How a client proves that it is itself.
#[derive(Clone)]
pub(crate) enum Proof {
    /// `client_secret_basic`.
    Secret(ClientSecret),
    /// `private_key_jwt`.
    Keys(Arc<dyn KeySource>),
    /// It can't.
    None,
}

impl Client {
    /// With a secret: `client_secret_basic` (RFC 6749 §2.3.1).
    pub fn confidential(id: impl Into<String>, secret: ClientSecret) -> Self {
        Self::new(id.into(), Proof::Secret(secret))
    }

    /// With keys of its own, of which the issuer knows the public half: `private_key_jwt` (RFC 7523). Of the algorithms of
    /// [`Algorithm::DEFAULT`](portcullis_core::Algorithm::DEFAULT).
    pub fn with_keys(id: impl Into<String>, keys: impl KeySource) -> Self {
        Self::new(id.into(), Proof::Keys(Arc::new(keys)))
    }

    /// Without any: an app that can't keep a secret. It may refresh and revoke at most.
    pub fn public(id: impl Into<String>) -> Self {
        Self::new(id.into(), Proof::None)
    }

    fn new(id: String, proof: Proof) -> Self {
        let actor = Actor::new(&id);
        Self { id, proof, grants: Vec::new(), resources: Vec::new(), cap: None, actor }
    }

    /// It may use this grant type.
    #[must_use]
    pub fn may(mut self, grant: GrantType) -> Self {
        self.grants.push(grant);
        self
    }

    /// It may have tokens of its own for this resource (client credentials); one at least has to be named. A login says itself which
    /// resource it is for: this does nothing for refreshes and exchanges.
    #[must_use]
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// No token of its own, and none that it exchanges, holds other scopes than these or what they imply. What a login grants is said
    /// there.
    #[must_use]
    pub fn at_most(mut self, scopes: ScopeSet) -> Self {
        self.cap = Some(scopes);
        self
    }

    /// It is this resource: tokens for it may be exchanged ([`Actor::serves`]).
    #[must_use]
    pub fn serves(mut self, resource: impl Into<String>) -> Self {
        self.actor = self.actor.serves(resource);
        self
    }

    /// It may exchange them for tokens for this resource ([`Actor::calls`]).
    #[must_use]
    pub fn calls(mut self, resource: impl Into<String>) -> Self {
        self.actor = self.actor.calls(resource);
        self
    }

    /// `client_id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it may use a grant type.
    pub fn allows(&self, grant: GrantType) -> bool {
        let public = matches!(self.proof, Proof::None);
        self.grants.contains(&grant) && (!public || grant == GrantType::RefreshToken)
    }

    pub(crate) const fn proof(&self) -> &Proof {
        &self.proof
    }

    /// The resource of this name, if it may have tokens for it; the only one if none is named.
    pub(crate) fn own_resource(&self, named: Option<&str>) -> Option<&str> {
        match (named, &*self.resources) {
            (Some(named), resources) => resources.iter().map(String::as_str).find(|resource| *resource == named),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    pub(crate) const fn cap(&self) -> Option<&ScopeSet> {
        self.cap.as_ref()
    }

    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = match &self.proof {
            Proof::Secret(_) => "client_secret_basic",
            Proof::Keys(_) => "private_key_jwt",
            Proof::None => "none",
        };
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("proof", &proof)
            .field("grants", &self.grants)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}
