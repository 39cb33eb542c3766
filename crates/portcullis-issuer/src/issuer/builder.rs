//! The options of an issuer.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{AccessModel, Clock, MemoryRevocations, Revocation, Revocations, Rules, SystemClock};

use super::end::{RevocationError, RevocationFeed};
use super::subject_token::SubjectTokens;
use super::told::ToldFamilies;
use super::{Inner, Issuer, ResourceServer, SetupError};
use crate::audit::{Audit, AuditEvent};
use crate::entitlements::Entitlements;
use crate::family::Lifetimes;
use crate::keys::{IssuerKeySource, IssuerKeys, Keeper, KeeperError};
use crate::store::Store;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An issuer that could be built, and its options.
#[must_use = "an issuer is made by `build`"]
pub struct IssuerBuilder {
    name: String,
    resources: Vec<ResourceServer>,
    keys: IssuerKeys,
    entitlements: Arc<dyn Entitlements>,
    store: Arc<dyn Store>,
    model: Arc<AccessModel>,
    clock: Arc<dyn Clock>,
    lifetime: Duration,
    lifetime_cap: Duration,
    refresh: Lifetimes,
    max_actors: usize,
    revocations: Option<Arc<dyn Revocations>>,
    feed: Option<RevocationFeed>,
    audit: Audit,
}

impl IssuerBuilder {
    pub(super) fn new(
        name: String,
        resource: ResourceServer,
        keys: IssuerKeys,
        entitlements: Arc<dyn Entitlements>,
        store: Arc<dyn Store>,
    ) -> Self {
        Self {
            name,
            resources: vec![resource],
            keys,
            entitlements,
            store,
            model: Arc::default(),
            clock: Arc::new(SystemClock),
            lifetime: Duration::from_secs(5 * 60),
            lifetime_cap: Duration::from_secs(60 * 60),
            refresh: Lifetimes { idle: 7 * DAY, absolute: 30 * DAY, grace: Duration::from_secs(10) },
            max_actors: 4,
            revocations: None,
            feed: None,
            audit: Audit::default(),
        }
    }

    /// Another resource server that tokens may be for. A token is for one.
    pub fn resource(mut self, resource: impl Into<ResourceServer>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// What scopes imply, what roles stand for, and which roles exclude each other: the model that the services judge by.
    pub fn access_model(mut self, model: impl Into<Arc<AccessModel>>) -> Self {
        self.model = model.into();
        self
    }

    /// How long access tokens live: five minutes by default.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The longest that any access token lives, whoever asks: an hour by default, a day at most.
    pub fn lifetime_cap(mut self, cap: Duration) -> Self {
        self.lifetime_cap = cap;
        self
    }

    /// How long a refresh token is good if it isn't used: seven days by default.
    pub fn refresh_idle(mut self, idle: Duration) -> Self {
        self.refresh.idle = idle;
        self
    }

    /// How long a family lives, however often it is used: thirty days by default.
    pub fn refresh_absolute(mut self, absolute: Duration) -> Self {
        self.refresh.absolute = absolute;
        self
    }

    /// For how long the token spent last gets the same successor again, for answers that were lost: ten seconds by default, a minute at
    /// most; zero for never.
    pub fn refresh_grace(mut self, grace: Duration) -> Self {
        self.refresh.grace = grace;
        self
    }

    /// Through how many hands a token may go by exchange: four by default.
    pub fn max_actors(mut self, most: usize) -> Self {
        self.max_actors = most;
        self
    }

    /// Where the time comes from, instead of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What is revoked: consulted for tokens that are to be exchanged. [`revoke_with`](Self::revoke_with) is the other half.
    pub fn revocations(mut self, revocations: impl Revocations) -> Self {
        self.revocations = Some(Arc::new(revocations));
        self
    }

    /// Tells resource servers what is revoked: a family that ended, a token that its client gave back. Without it access tokens go on
    /// until they expire. It goes with [`revocations`](Self::revocations), the same list for this issuer to ask: else a token that was
    /// revoked could be exchanged for one that is not.
    ///
    /// ```
    /// # use portcullis_core::{Revocable, Revocation, Revocations, Standing};
    /// # use portcullis_issuer::{IssuerBuilder, RevocationError};
    /// # #[derive(Clone, Debug)] struct RedisRevocations;
    /// # impl RedisRevocations { async fn revoke(&self, _: Revocation) -> Result<(), std::fmt::Error> { Ok(()) } }
    /// # impl Revocations for RedisRevocations { fn standing(&self, _: &Revocable<'_>) -> Standing { Standing::Good } }
    /// fn tell_all(builder: IssuerBuilder, shared: RedisRevocations) -> IssuerBuilder {
    ///     builder.revocations(shared.clone()).revoke_with(move |revocation| {
    ///         let shared = shared.clone();
    ///         async move { shared.revoke(revocation).await.map_err(|error| RevocationError::new(error.to_string())) }
    ///     })
    /// }
    /// ```
    pub fn revoke_with<F, T>(mut self, tell: F) -> Self
    where
        F: Fn(Revocation) -> T + Send + Sync + 'static,
        T: Future<Output = Result<(), RevocationError>> + Send + 'static,
    {
        self.feed = Some(RevocationFeed(Arc::new(move |revocation| Box::pin(tell(revocation)))));
        self
    }

    /// Both halves, for resource servers in the same process.
    pub fn memory_revocations(self, revocations: &MemoryRevocations) -> Self {
        let list = revocations.clone();
        self.revocations(revocations.clone()).revoke_with(move |revocation| {
            list.revoke(revocation);
            std::future::ready(Ok(()))
        })
    }

    /// Also tells this one what was granted and what was refused; the log is told anyway.
    pub fn audit(mut self, listener: impl Fn(&AuditEvent<'_>) + Send + Sync + 'static) -> Self {
        self.audit.listeners.push(Box::new(listener));
        self
    }

    /// Builds the issuer; keys that the store keeps are read, or made.
    ///
    /// # Errors
    /// When the parts make no sense together, or the store fails; the text says what to do.
    pub async fn build(self) -> Result<Issuer, SetupError> {
        if let Some(flaw) = self.flaw() {
            return Err(SetupError::new(flaw));
        }
        let now = self.clock.now().map_err(|_| SetupError::new("the clock cannot tell the time: set it"))?;
        // The leeway of services, on top of the longest life.
        let keep = self.lifetime_cap + Revocation::LEEWAY;
        let keeper =
            Keeper::start(self.keys, keep, Arc::clone(&self.store), now).await.map_err(|error| match error {
                KeeperError::Key(error) => SetupError::new(format!("a signing key cannot be used: {error}")),
                KeeperError::Store(error) => SetupError::new(error.to_string()),
            })?;
        let (name, keeper): (Arc<str>, _) = (self.name.into(), Arc::new(keeper));
        let source = IssuerKeySource::new(Arc::clone(&name), Arc::clone(&keeper), Arc::clone(&self.clock));
        let rules = Rules::new().clock(Arc::clone(&self.clock)).max_lifetime(self.lifetime_cap);
        let rules = match self.revocations {
            Some(revocations) => rules.revocations(revocations),
            None => rules,
        };
        let names = self.resources.iter().map(|resource| resource.name.clone());
        let subject_tokens =
            SubjectTokens::new(&name, names, source, rules).map_err(|error| SetupError::new(error.to_string()))?;
        Ok(Issuer(Arc::new(Inner {
            name,
            resources: self.resources,
            model: self.model,
            entitlements: self.entitlements,
            store: self.store,
            keeper,
            clock: self.clock,
            lifetime: self.lifetime,
            lifetime_cap: self.lifetime_cap,
            refresh: self.refresh,
            max_actors: self.max_actors,
            subject_tokens,
            feed: self.feed,
            told: ToldFamilies::default(),
            audit: self.audit,
        })))
    }

    /// What is wrong, and what to do about it.
    fn flaw(&self) -> Option<&'static str> {
        let names = || self.resources.iter().map(|resource| &resource.name);
        if !is_issuer(&self.name) {
            Some(
                "the issuer is no `https` URL without query and fragment (RFC 8414 section 2), nor an `http` one of this machine",
            )
        } else if names().any(String::is_empty) {
            Some("a resource has no name: give the exact `aud` that its service asks for")
        } else if names().enumerate().any(|(nth, name)| names().skip(nth + 1).any(|other| other == name)) {
            Some("two resources have one name: name each once, with all its scopes")
        } else if self.lifetime.as_secs() == 0 || self.lifetime > self.lifetime_cap {
            Some("the lifetime of access tokens is between a second and `lifetime_cap`")
        } else if self.lifetime_cap > DAY {
            Some("a token that lives for more than a day is no short-lived one: refresh instead")
        } else if self.refresh.grace > Duration::from_secs(60) {
            Some("a grace of more than a minute is long enough for a thief: a lost answer is asked for again at once")
        } else if self.refresh.idle.is_zero() || self.refresh.idle > self.refresh.absolute {
            Some(
                "refresh tokens are good for some time, and no longer than their family: `refresh_idle` up to `refresh_absolute`",
            )
        } else if self.max_actors == 0 {
            Some("`max_actors` of zero forbids every exchange: leave the default of four")
        } else if self.feed.is_some() && self.revocations.is_none() {
            Some(
                "who is told by `revoke_with` is never asked, so a revoked token could be exchanged for one that is not: name the same list by `revocations` too",
            )
        } else {
            self.keys.flaw()
        }
    }
}

/// `https`, or `http` on this machine; nothing that a comparison by byte could trip over.
fn is_issuer(name: &str) -> bool {
    let Ok(uri) = name.parse::<http::Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    let secure = matches!((uri.scheme_str(), loopback), (Some("https"), _) | (Some("http"), true));
    secure && !name.contains(['?', '#', '@']) && !host.is_empty()
}

impl fmt::Debug for IssuerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerBuilder")
            .field("name", &self.name)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}
