//! A login: an access token, and a family of refresh tokens.

use portcullis_core::{ScopeSet, Timestamp};

use super::asking::{Ask, Asked, Asking, sealed::Sealed};
use super::{Issuer, unavailable};
use crate::audit::{Action, AuditEvent};
use crate::entitlements::Occasion;
use crate::family::{Authentication, Family, Presented};
use crate::mint::{Minting, Tokens};
use crate::refused::Refused;

/// A login: an access token, and a family of refresh tokens.
#[derive(Debug)]
pub struct Grant {
    subject: String,
    client: String,
}

impl Issuer {
    /// What your application says once it has logged a subject in: an access token, and a refresh token for the client. What is granted
    /// now is the most that any refresh will give.
    pub fn grant(&self, subject: impl Into<String>, client: impl Into<String>, scopes: ScopeSet) -> Asking<'_, Grant> {
        Asking::new(self, Grant { subject: subject.into(), client: client.into() }).scopes(scopes)
    }
}

impl Asking<'_, Grant> {
    /// How the subject logged in: it stays so through every refresh.
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.asked.authentication = Some(authentication);
        self
    }
}

impl Sealed for Grant {}

impl Ask for Grant {
    type Given = Tokens;

    async fn answer(asking: Asking<'_, Self>) -> Result<Tokens, Refused> {
        let Asking { issuer, kind: Self { subject, client }, asked } = asking;
        let granted = grant(issuer, &subject, &client, &asked).await;
        let event = AuditEvent { subject: Some(&subject), client: Some(&client), ..AuditEvent::of(Action::Grant) };
        issuer.told(&event, &asked, granted.as_ref().map(|tokens| &tokens.access));
        granted
    }
}

async fn grant(issuer: &Issuer, subject: &str, client: &str, asked: &Asked) -> Result<Tokens, Refused> {
    let now = issuer.now()?;
    let resource = issuer.resource(asked.resource.as_deref())?;
    let (entitled, scopes) = issuer.entitled(subject, client, resource, Occasion::Grant).await?;
    let scopes = issuer.granted(asked.scopes.as_ref(), resource, &[&scopes])?;
    let first = Presented::generate()?;
    let family = Family {
        key: first.family(issuer.name()),
        subject: subject.to_owned(),
        client: client.to_owned(),
        resource: resource.name.clone(),
        scopes: scopes.clone(),
        authentication: asked.authentication.clone().unwrap_or_default(),
        // To the millisecond, which is what stores keep.
        ends_at: millis(now.saturating_add(issuer.0.refresh.absolute)),
        current: first.hash(),
        idle_until: millis(now.saturating_add(issuer.0.refresh.idle)),
        spent: None,
        ended: None,
    };
    let minting = Minting {
        scopes,
        claims: entitled.claims,
        authentication: Some(family.authentication.clone()),
        session: Some(family.key.session_id()),
        lifetime: issuer.lifetime(asked.lifetime),
        not_after: family.ends_at,
        ..Minting::of(issuer.name(), subject, client, &resource.name)
    };
    let access = issuer.sign(minting, now).await?;
    issuer.store().begin(family, now).await.map_err(|error| unavailable(&error))?;
    Ok(Tokens { access, refresh: first.token() })
}

pub(super) fn millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis())
}
