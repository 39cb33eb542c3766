//! Token exchange (RFC 8693): the same caller, one service further, with less.

use portcullis_core::{Principal, Scope, ScopeSet, Timestamp};
use serde_json::{Value, json};

use super::asking::{Ask, Asked, Asking, sealed::Sealed};
use super::subject_token::SubjectClaims;
use super::{Issuer, unavailable};
use crate::audit::{Action, AuditEvent};
use crate::entitlements::Occasion;
use crate::family::FamilyKey;
use crate::mint::{AccessToken, Minting};
use crate::refused::{Refused, RefusedKind};

/// A service that acts for whoever called it: which resource it is, and which ones it may call.
///
/// ```
/// use portcullis_issuer::Actor;
///
/// let orders = Actor::new("orders-service").serves("https://orders.example.com").calls("https://stock.example.com");
/// # let _ = orders;
/// ```
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) client: String,
    pub(crate) serves: Vec<String>,
    pub(crate) calls: Vec<String>,
}

impl Actor {
    /// The client that the service authenticates as. It serves nothing and calls nobody yet.
    pub fn new(client: impl Into<String>) -> Self {
        Self { client: client.into(), serves: Vec::new(), calls: Vec::new() }
    }

    /// It is this resource: tokens for it may be exchanged, others are none of its business.
    #[must_use]
    pub fn serves(mut self, resource: impl Into<String>) -> Self {
        self.serves.push(resource.into());
        self
    }

    /// It may have tokens for this resource.
    #[must_use]
    pub fn calls(mut self, resource: impl Into<String>) -> Self {
        self.calls.push(resource.into());
        self
    }
}

/// A token exchange.
#[derive(Debug)]
pub struct Exchange {
    token: String,
    actor: Actor,
}

impl Issuer {
    /// Exchanges an access token of this issuer for one that speaks for the same subject at another resource, through the service that was
    /// called with it: with no scope that the first did not hold and the subject is not entitled to now, for one resource, for no longer
    /// than the first. Who acted is told by the claim `act`, outermost the one that acts now.
    pub fn exchange(&self, subject_token: impl Into<String>, actor: Actor) -> Asking<'_, Exchange> {
        Asking::new(self, Exchange { token: subject_token.into(), actor })
    }
}

impl Sealed for Exchange {}

impl Ask for Exchange {
    type Given = AccessToken;

    async fn answer(asking: Asking<'_, Self>) -> Result<AccessToken, Refused> {
        let Asking { issuer, kind: Self { token, actor }, asked } = asking;
        let mut found = None;
        let exchanged = exchange(issuer, &token, &actor, &asked, &mut found).await.map_err(Refused::of_exchange);
        let event = AuditEvent {
            subject: found.as_ref().and_then(Principal::subject),
            client: Some(&actor.client),
            session: found.as_ref().and_then(Principal::session_id),
            ..AuditEvent::of(Action::Exchange)
        };
        issuer.told(&event, &asked, exchanged.as_ref());
        exchanged
    }
}

async fn exchange(
    issuer: &Issuer,
    token: &str,
    actor: &Actor,
    asked: &Asked,
    found: &mut Option<Principal>,
) -> Result<AccessToken, Refused> {
    let now = issuer.now()?;
    // The keys at hand are the ones that the token is verified by.
    issuer.0.keeper.ring(now).await?;
    let (principal, claims) = issuer.0.subject_tokens.verify(token)?;
    let principal = &*found.insert(principal);
    let subject = principal.subject().ok_or(RefusedKind::SubjectTokenRefused)?;
    // A verifier lets a token live on for its leeway; nothing new comes of it.
    let over = principal.expires_at() <= now;
    if over || !actor.serves.contains(&claims.aud) {
        return Err(RefusedKind::SubjectTokenRefused.into());
    }
    still_stands(issuer, principal, now).await?;
    let resource = issuer.resource(target(actor, asked))?;
    if !actor.calls.contains(&resource.name) {
        return Err(RefusedKind::UnknownTarget.into());
    }
    let actors = actors(&actor.client, claims.act.as_ref(), issuer.0.max_actors)?;
    let (entitled, scopes) = issuer.entitled(subject, &actor.client, resource, Occasion::Exchange).await?;
    let held: ScopeSet = principal.scopes().iter().filter_map(|scope| Scope::new(scope).ok()).collect();
    let SubjectClaims { authentication, .. } = claims;
    let minting = Minting {
        scopes: issuer.granted(asked.scopes.as_ref(), resource, &[&held, &scopes])?,
        claims: entitled.claims,
        authentication: Some(authentication),
        session: principal.session_id().map(str::to_owned),
        actor: Some(actors),
        lifetime: issuer.lifetime(asked.lifetime),
        not_after: principal.expires_at(),
        ..Minting::of(issuer.name(), subject, &actor.client, &resource.name)
    };
    issuer.sign(minting, now).await
}

/// The only one it may call, if none is named.
fn target<'a>(actor: &'a Actor, asked: &'a Asked) -> Option<&'a str> {
    match (&asked.resource, &*actor.calls) {
        (Some(named), _) => Some(named),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// A token ends with the login that it came from, whether or not revocations are kept.
async fn still_stands(issuer: &Issuer, token: &Principal, now: Timestamp) -> Result<(), Refused> {
    let Some(session) = token.session_id() else { return Ok(()) };
    let key = FamilyKey::of_session(session).ok_or(RefusedKind::SubjectTokenRefused)?;
    let family = issuer.store().find(key).await.map_err(|error| unavailable(&error))?;
    let stands = family.is_some_and(|family| family.ended.is_none() && now <= family.ends_at);
    if stands { Ok(()) } else { Err(RefusedKind::SubjectTokenRefused.into()) }
}

/// `act` (RFC 8693 §4.1): who acts now, and within, who acted before.
fn actors(client: &str, before: Option<&Value>, most: usize) -> Result<Value, Refused> {
    let depth = std::iter::successors(before, |act| act.get("act")).take(most).count();
    if depth >= most {
        return Err(RefusedKind::ActorChainTooLong.into());
    }
    Ok(match before {
        Some(before) => json!({ "sub": client, "act": before }),
        None => json!({ "sub": client }),
    })
}
