//! A refresh: what may the caller do now?

use portcullis_core::Timestamp;

use super::asking::{Ask, Asked, Asking, sealed::Sealed};
use super::grant::millis;
use super::{Issuer, unavailable};
use crate::audit::{Action, AuditEvent};
use crate::entitlements::Occasion;
use crate::family::{EndReason, Family, Presented, RefreshToken, Rotation, Seed, Standing};
use crate::mint::{AccessToken, Minting, Tokens};
use crate::refused::{Refused, RefusedKind};

/// A refresh.
#[derive(Debug)]
pub struct Refresh {
    token: RefreshToken,
    client: String,
}

impl Issuer {
    /// Spends a refresh token for an access token of what the subject may do now, and the next refresh token. The client is the one that
    /// authenticated. Asking for fewer scopes narrows the access token alone.
    ///
    /// A token that was spent before ends its family, whatever else is wrong with the request (RFC 9700 §4.14.2). For a short while the one
    /// spent last gets the same successor again, for answers that were lost.
    pub fn refresh(&self, token: &RefreshToken, client: impl Into<String>) -> Asking<'_, Refresh> {
        Asking::new(self, Refresh { token: token.clone(), client: client.into() })
    }

    /// Ends the family of a refresh token if that was spent before, for whoever looks at a request before all else of it is known to be
    /// good; [`refresh`](Self::refresh) does it by itself.
    ///
    /// # Errors
    /// [`RefusedKind::RefreshTokenReused`], and when the store fails.
    pub async fn refuse_reused(&self, token: &RefreshToken) -> Result<(), Refused> {
        let Some(presented) = Presented::parse(token) else { return Ok(()) };
        let Some(family) = self.family(&presented).await? else { return Ok(()) };
        let now = self.now()?;
        self.refuse_if_reused(&family, &presented, now).await.map(drop)
    }

    async fn family(&self, presented: &Presented) -> Result<Option<Family>, Refused> {
        self.store().find(presented.family(self.name())).await.map_err(|error| unavailable(&error))
    }

    async fn refuse_if_reused(
        &self,
        family: &Family,
        presented: &Presented,
        now: Timestamp,
    ) -> Result<Standing, Refused> {
        let standing = family.standing(&presented.hash(), now, self.0.refresh.grace);
        if standing == Standing::Reused {
            self.end_family(family, EndReason::Reuse, now).await?;
            return Err(RefusedKind::RefreshTokenReused.into());
        }
        Ok(standing)
    }
}

impl Sealed for Refresh {}

impl Ask for Refresh {
    type Given = Tokens;

    async fn answer(asking: Asking<'_, Self>) -> Result<Tokens, Refused> {
        let Asking { issuer, kind: Self { token, client }, asked } = asking;
        let mut found = None;
        let refreshed = refresh(issuer, &token, &client, &asked, &mut found).await;
        let session = found.as_ref().map(|family| family.key.session_id());
        let event = AuditEvent {
            subject: found.as_ref().map(|family| family.subject.as_str()),
            client: Some(&client),
            session: session.as_deref(),
            ..AuditEvent::of(Action::Refresh)
        };
        issuer.told(&event, &asked, refreshed.as_ref().map(|tokens| &tokens.access));
        refreshed
    }
}

/// Looks at the family again when another request was quicker: that one has spent the token, and this one is a copy of it.
async fn refresh(
    issuer: &Issuer,
    token: &RefreshToken,
    client: &str,
    asked: &Asked,
    found: &mut Option<Family>,
) -> Result<Tokens, Refused> {
    let presented = Presented::parse(token).ok_or(RefusedKind::UnknownRefreshToken)?;
    // Once to be overtaken, once to find the same successor; a family moves on no further with this token.
    for _ in 0..2 {
        let family = issuer.family(&presented).await?.ok_or(RefusedKind::UnknownRefreshToken)?;
        let family = &*found.insert(family);
        // After the look: whatever was spent by then was spent before now.
        let now = issuer.now()?;
        let standing = issuer.refuse_if_reused(family, &presented, now).await?;
        let (seed, spends) = match standing {
            Standing::Current => (Seed::generate()?, true),
            Standing::Lost(seed) => (seed, false),
            Standing::Expired => return Err(RefusedKind::GrantExpired.into()),
            Standing::Ended | Standing::Reused => return Err(RefusedKind::FamilyEnded.into()),
        };
        let next = presented.successor(&seed).ok_or(RefusedKind::Internal)?;
        // Before the token is spent: a question that can't be answered costs nobody a login.
        let access = access(issuer, family, client, asked, now).await?;
        let rotation = Rotation {
            key: family.key,
            spent: family.current,
            current: next.hash(),
            seed,
            at: millis(now),
            idle_until: millis(now.saturating_add(issuer.0.refresh.idle)),
        };
        if !spends || issuer.store().rotate(rotation).await.map_err(|error| unavailable(&error))? {
            return Ok(Tokens { access, refresh: next.token() });
        }
    }
    Err(RefusedKind::FamilyEnded.into())
}

/// The access token: requested, once granted, and entitled to now.
async fn access(
    issuer: &Issuer,
    family: &Family,
    client: &str,
    asked: &Asked,
    now: Timestamp,
) -> Result<AccessToken, Refused> {
    if family.client != client {
        return Err(RefusedKind::WrongClient.into());
    }
    if asked.resource.as_ref().is_some_and(|resource| *resource != family.resource) {
        return Err(RefusedKind::WrongTarget.into());
    }
    let resource = issuer.resource(Some(&family.resource))?;
    if let Some(wanted) = &asked.scopes
        && issuer.0.model.granted(wanted, &family.scopes) != *wanted
    {
        return Err(RefusedKind::BeyondGrant.into());
    }
    let entitled = issuer.entitled(&family.subject, client, resource, Occasion::Refresh).await;
    if entitled.as_ref().is_err_and(|refused| refused.kind() == RefusedKind::SubjectDisabled) {
        issuer.end_family(family, EndReason::Disabled, now).await?;
    }
    let (entitled, scopes) = entitled?;
    let minting = Minting {
        scopes: issuer.granted(asked.scopes.as_ref(), resource, &[&family.scopes, &scopes])?,
        claims: entitled.claims,
        authentication: Some(family.authentication.clone()),
        session: Some(family.key.session_id()),
        lifetime: issuer.lifetime(asked.lifetime),
        not_after: family.ends_at,
        ..Minting::of(issuer.name(), &family.subject, client, &resource.name)
    };
    issuer.sign(minting, now).await
}
