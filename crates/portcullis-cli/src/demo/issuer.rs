//! The issuer, and the clients that it knows.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use portcullis::MemoryRevocations;
use portcullis::policy::Policy;
use portcullis_core::{AccessModel, ScopeSet};
use portcullis_issuer::{
    Client, ClientSecret, ClientTable, CustomClaims, Entitled, Entitlement, Entitlements, EntitlementsUnavailable,
    GrantType, Issuer, KeptKeys, Question, ResourceServer, RoleTable, SqliteStore,
};
use serde_json::{Value, json};

use super::people::ERIN;
use super::service::{ORDERS, STOCK};
use crate::failure::Failure;

/// The page: it keeps no secret, so its refresh tokens are good once.
pub(crate) const WEB: &str = "demo-web";
/// The order service, when it exchanges a token that it was called with.
pub(crate) const SERVICE: &str = "demo-order-service";
/// Not a secret: the page plays the order service with it. It opens this demo, on this machine.
pub(crate) const SERVICE_SECRET: &str = "demo-secret-that-everybody-knows";

/// The longest that an access token lives here, and how long it lives unless less is asked for.
pub(crate) const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How long a new key is published before it signs. Longer than the pause that the services keep between two looks at the key set, so
/// that no token of a new key is ever refused; in a deployment it is an hour.
const PUBLISH_AHEAD: Duration = Duration::from_secs(12);

pub(crate) async fn issuer(
    name: &str,
    file: &Path,
    people: &RoleTable,
    policy: &Policy,
    revoked: &MemoryRevocations,
) -> Result<Issuer, Failure> {
    let model = policy.access_model();
    let stock =
        ScopeSet::parse("stock:read stock:write").map_err(|error| Failure::new("the scopes of stock", error))?;
    let store = SqliteStore::open(file).await.map_err(|error| {
        Failure::new(
            format!("cannot keep grants and keys in {} ({error})", file.display()),
            "give --data another folder",
        )
    })?;
    Issuer::builder(name)
        .resource(ORDERS)
        .keys(KeptKeys::default().publish_ahead(PUBLISH_AHEAD))
        .entitlements(ByRole::new(people.clone(), Arc::clone(model))?)
        .store(store)
        .resource(ResourceServer::named(STOCK).scopes(stock))
        .access_model(Arc::clone(model))
        .lifetime(LIFETIME)
        .lifetime_cap(LIFETIME)
        // Elsewhere an answer that was lost can be asked for again for ten seconds; a replay in front of an audience comes sooner.
        .refresh_grace(Duration::ZERO)
        .memory_revocations(revoked)
        .build()
        .await
        .map_err(|error| Failure::new("the issuer", error))
}

/// The table of roles, and in every token a word that nobody can overlook.
#[derive(Debug)]
struct ByRole {
    people: RoleTable,
    model: Arc<AccessModel>,
    at_a_desk: CustomClaims,
    without: CustomClaims,
}

impl ByRole {
    fn new(people: RoleTable, model: Arc<AccessModel>) -> Result<Self, Failure> {
        let word = "worth nothing outside of this demo";
        let claims =
            |claims: Value| CustomClaims::of(&claims).map_err(|error| Failure::new("the claims of the demo", error));
        let (at_a_desk, without) = (claims(json!({ "demo": word, "desk": "3" }))?, claims(json!({ "demo": word }))?);
        Ok(Self { people, model, at_a_desk, without })
    }
}

impl Entitlements for ByRole {
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
        let claims = if asked.subject == ERIN { &self.without } else { &self.at_a_desk };
        let entitled = self.people.roles_of(&asked.subject).map(|roles| {
            let scopes = self.model.scopes_of_roles(&roles);
            Entitlement::Enabled(Entitled::to(scopes).roles(roles).claims(claims.clone()))
        });
        ready(Ok(entitled.unwrap_or(Entitlement::Disabled))).boxed()
    }
}

pub(crate) fn clients() -> Result<ClientTable, Failure> {
    let secret = ClientSecret::hash(SERVICE_SECRET).map_err(|error| Failure::new("the secret of the demo", error))?;
    Ok(ClientTable::of([
        Client::public(WEB).may(GrantType::RefreshToken),
        Client::confidential(SERVICE, secret).may(GrantType::TokenExchange).serves(ORDERS).calls(STOCK),
    ]))
}
