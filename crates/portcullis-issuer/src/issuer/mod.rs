//! The issuer: one handle for all that is minted.

mod asking;
mod builder;
mod end;
mod exchange;
mod grant;
mod mint;
mod refresh;
mod resource;
mod revoke;
mod setup_error;
mod steps;
mod subject_token;
mod told;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use portcullis_core::{AccessModel, Clock, ScopeSet, Timestamp};
use serde_json::Value;

pub use asking::{Ask, Asking};
pub use builder::IssuerBuilder;
pub use end::RevocationError;
pub use exchange::{Actor, Exchange};
pub use grant::Grant;
pub use mint::Mint;
pub use refresh::Refresh;
pub use resource::ResourceServer;
pub use setup_error::SetupError;
pub use steps::{NeedsEntitlements, NeedsKeys, NeedsResource, NeedsStore};

use crate::audit::{Action, Audit, AuditEvent};
use crate::entitlements::{Entitled, Entitlements, Occasion, Question};
use crate::family::Lifetimes;
use crate::keys::{IssuerKeySource, Keeper, KeeperError};
use crate::mint::{AccessToken, Minting, granted, scopes_entitled};
use crate::refused::{Refused, RefusedKind};
use crate::store::{Store, StoreError};
use asking::Asked;
use end::RevocationFeed;
use subject_token::SubjectTokens;
use told::ToldFamilies;

/// Mints access tokens. Cheap to clone: clones are one issuer.
///
/// ```
/// use portcullis_core::{AccessModel, ScopeSet};
/// use portcullis_issuer::{Issuer, KeptKeys, MemoryStore, RefusedKind, RoleTable};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let model = AccessModel::builder().role("support", ["orders:read"]).role("clerk", ["orders:read", "orders:write"]).build()?;
/// let staff = RoleTable::of(model.clone());
/// staff.assign("alice", ["clerk"])?;
///
/// let issuer = Issuer::builder("https://id.example.com")
///     .resource("https://orders.example.com")
///     .keys(KeptKeys::default())
///     .entitlements(staff.clone())
///     .store(MemoryStore::new())
///     .access_model(model)
///     .build()
///     .await?;
///
/// // Your application has logged Alice in.
/// let tokens = issuer.grant("alice", "web", ScopeSet::parse("orders:read orders:write")?).await?;
/// assert_eq!(tokens.access.scopes().to_string(), "orders:read orders:write");
///
/// // She is demoted: the next refresh gives what she may do now.
/// staff.assign("alice", ["support"])?;
/// let tokens = issuer.refresh(&tokens.refresh, "web").await?;
/// assert_eq!(tokens.access.scopes().to_string(), "orders:read");
///
/// // She has left: the family ends.
/// staff.disable("alice");
/// let refused = issuer.refresh(&tokens.refresh, "web").await.unwrap_err();
/// assert_eq!(refused.kind(), RefusedKind::SubjectDisabled);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Issuer(Arc<Inner>);

struct Inner {
    name: Arc<str>,
    resources: Vec<ResourceServer>,
    model: Arc<AccessModel>,
    entitlements: Arc<dyn Entitlements>,
    store: Arc<dyn Store>,
    keeper: Arc<Keeper>,
    clock: Arc<dyn Clock>,
    lifetime: Duration,
    lifetime_cap: Duration,
    refresh: Lifetimes,
    max_actors: usize,
    subject_tokens: SubjectTokens,
    feed: Option<RevocationFeed>,
    told: ToldFamilies,
    audit: Audit,
}

impl Issuer {
    /// Starts with the name of the issuer, the exact `iss` of its tokens: an `https` URL without query and fragment (RFC 8414 §2), or an
    /// `http` one of this machine.
    pub fn builder(name: impl Into<String>) -> NeedsResource {
        NeedsResource::new(name.into())
    }

    /// `iss`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The keys for a verifier in this process.
    pub fn key_source(&self) -> IssuerKeySource {
        IssuerKeySource::new(Arc::clone(&self.0.name), Arc::clone(&self.0.keeper), Arc::clone(&self.0.clock))
    }

    /// The key set document to publish now (RFC 7517 §5).
    ///
    /// # Errors
    /// When the keys of the store can't be had.
    pub async fn jwks(&self) -> Result<Value, Refused> {
        let now = self.now()?;
        Ok(self.0.keeper.ring(now).await?.jwks(now))
    }

    /// Makes the next signing key, which signs once it was published for as long as [`KeptKeys::publish_ahead`] says, and tells its name.
    /// `None` for keys of yours, which do not change, and when the next one is on its way already.
    ///
    /// [`KeptKeys::publish_ahead`]: crate::KeptKeys::publish_ahead
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rotate_keys(&self) -> Result<Option<String>, Refused> {
        let now = self.now()?;
        let next = self.0.keeper.rotate(now).await.map_err(|error| match error {
            KeeperError::Store(error) => unavailable(&error),
            KeeperError::Key(_) => RefusedKind::Internal.into(),
        })?;
        if next.is_some() {
            self.0.audit.record(&AuditEvent::of(Action::RotateKeys));
        }
        Ok(next.map(|record| record.kid))
    }

    /// Forgets what is over, and makes the next signing key when its turn has come: for a timer of yours, a few times an hour. Without it
    /// everything works, and the store grows.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn maintain(&self) -> Result<(), Refused> {
        let now = self.now()?;
        self.0.keeper.ring(now).await?;
        self.0.store.sweep(now).await.map_err(|error| unavailable(&error))
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    pub(crate) fn model(&self) -> &AccessModel {
        &self.0.model
    }

    /// For how long a key is published before it signs; `None` for keys that do not change by themselves.
    pub(crate) fn publish_ahead(&self) -> Option<Duration> {
        self.0.keeper.publish_ahead()
    }

    /// All scopes that there are, if every resource names its own.
    pub(crate) fn known_scopes(&self) -> Option<ScopeSet> {
        let none = ScopeSet::new();
        self.0.resources.iter().try_fold(none, |all, resource| Some(all.union(resource.scopes.as_ref()?)))
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.0.store
    }

    pub(crate) fn audit(&self) -> &Audit {
        &self.0.audit
    }

    pub(crate) fn now(&self) -> Result<Timestamp, Refused> {
        self.0.clock.now().map_err(|_| RefusedKind::ClockFailed.into())
    }

    /// The resource of this name; the only one if none is named.
    fn resource(&self, named: Option<&str>) -> Result<&ResourceServer, Refused> {
        let found = match (named, &*self.0.resources) {
            (Some(named), resources) => resources.iter().find(|resource| resource.name == named),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.ok_or_else(|| RefusedKind::UnknownTarget.into())
    }

    /// What somebody may do now.
    async fn entitled(
        &self,
        subject: &str,
        client: &str,
        resource: &ResourceServer,
        occasion: Occasion,
    ) -> Result<(Entitled, ScopeSet), Refused> {
        let asked = Question::new(subject, client, resource.name.as_str(), occasion);
        let answer = self.0.entitlements.ask(asked).await.map_err(|error| {
            tracing::error!(%error, "nothing is minted");
            RefusedKind::EntitlementsUnavailable
        })?;
        scopes_entitled(&self.0.model, answer)
    }

    /// What was asked for, as far as these and the resource give it.
    fn granted(
        &self,
        requested: Option<&ScopeSet>,
        resource: &ResourceServer,
        bounds: &[&ScopeSet],
    ) -> Result<ScopeSet, Refused> {
        let bounds: Vec<&ScopeSet> = bounds.iter().copied().chain(&resource.scopes).collect();
        granted(&self.0.model, requested, &bounds)
    }

    async fn sign(&self, minting: Minting<'_>, now: Timestamp) -> Result<AccessToken, Refused> {
        minting.sign(&*self.0.keeper.ring(now).await?, now)
    }

    /// Tells what became of a request.
    fn told(&self, event: &AuditEvent<'_>, asked: &Asked, minted: Result<&AccessToken, &Refused>) {
        let access = minted.ok();
        self.0.audit.record(&AuditEvent {
            refused: minted.err().map(|refused| refused.kind()),
            resource: access.map(AccessToken::resource).or(asked.resource.as_deref()),
            requested: asked.scopes.as_ref(),
            granted: access.map(AccessToken::scopes),
            token_id: access.map(AccessToken::id),
            ..*event
        });
    }

    fn lifetime(&self, wanted: Option<Duration>) -> Duration {
        wanted.unwrap_or(self.0.lifetime).min(self.0.lifetime_cap)
    }
}

/// A store that fails is told to the log, and to the client as nothing that it could mend.
pub(crate) fn unavailable(error: &StoreError) -> Refused {
    tracing::error!(%error, "nothing is minted");
    RefusedKind::StoreUnavailable.into()
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("name", &self.0.name).finish_non_exhaustive()
    }
}
