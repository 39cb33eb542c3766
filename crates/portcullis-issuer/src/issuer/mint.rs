//! An access token alone.

use super::Issuer;
use super::asking::{Ask, Asked, Asking, sealed::Sealed};
use crate::audit::{Action, AuditEvent};
use crate::entitlements::Occasion;
use crate::family::Authentication;
use crate::mint::{AccessToken, Minting};
use crate::refused::Refused;

/// An access token alone.
#[derive(Debug)]
pub struct Mint {
    subject: String,
    client: String,
}

impl Issuer {
    /// An access token without a refresh token: for a client itself (the subject is the client then), a job, an agent. Granted is what was
    /// asked for, as far as the subject is entitled to it now.
    pub fn mint(&self, subject: impl Into<String>, client: impl Into<String>) -> Asking<'_, Mint> {
        Asking::new(self, Mint { subject: subject.into(), client: client.into() })
    }
}

impl Asking<'_, Mint> {
    /// How the subject logged in, if it did.
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.asked.authentication = Some(authentication);
        self
    }
}

impl Sealed for Mint {}

impl Ask for Mint {
    type Given = AccessToken;

    async fn answer(asking: Asking<'_, Self>) -> Result<AccessToken, Refused> {
        let Asking { issuer, kind: Self { subject, client }, asked } = asking;
        let minted = mint(issuer, &subject, &client, &asked).await;
        let event = AuditEvent { subject: Some(&subject), client: Some(&client), ..AuditEvent::of(Action::Mint) };
        issuer.told(&event, &asked, minted.as_ref());
        minted
    }
}

async fn mint(issuer: &Issuer, subject: &str, client: &str, asked: &Asked) -> Result<AccessToken, Refused> {
    let now = issuer.now()?;
    let resource = issuer.resource(asked.resource.as_deref())?;
    let (entitled, scopes) = issuer.entitled(subject, client, resource, Occasion::Mint).await?;
    let minting = Minting {
        scopes: issuer.granted(asked.scopes.as_ref(), resource, &[&scopes])?,
        claims: entitled.claims,
        authentication: asked.authentication.clone(),
        lifetime: issuer.lifetime(asked.lifetime),
        ..Minting::of(issuer.name(), subject, client, &resource.name)
    };
    issuer.sign(minting, now).await
}
