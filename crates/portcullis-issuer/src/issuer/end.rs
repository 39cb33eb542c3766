//! Ending families, and telling resource servers of it.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use portcullis_core::{Revocation, Timestamp};

use super::{Issuer, unavailable};
use crate::audit::{Action, AuditEvent};
use crate::family::{EndReason, Ended, Family};
use crate::refused::{Refused, RefusedKind};

type Tell = dyn Fn(Revocation) -> BoxFuture<'static, Result<(), RevocationError>> + Send + Sync;

/// Where revocations go, so that access tokens end with what they came from.
#[derive(Clone)]
pub(crate) struct RevocationFeed(pub(super) Arc<Tell>);

/// A revocation did not reach the resource servers. The text is for the log of the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationError {
    why: Box<str>,
}

impl RevocationError {
    /// With what went wrong, without secrets.
    pub fn new(why: impl Into<Box<str>>) -> Self {
        Self { why: why.into() }
    }
}

impl fmt::Display for RevocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a revocation did not reach the resource servers: {}", self.why)
    }
}

impl std::error::Error for RevocationError {}

impl Issuer {
    /// Ends a family, once, and revokes its access tokens.
    pub(crate) async fn end_family(&self, family: &Family, reason: EndReason, now: Timestamp) -> Result<(), Refused> {
        let ended = Ended { at: Timestamp::from_millis(now.as_millis()), reason };
        let first = match family.ended {
            None => self.store().end(family.key, ended).await.map_err(|error| unavailable(&error))?,
            Some(_) => false,
        };
        let session = family.key.session_id();
        if first {
            self.audit().record(&AuditEvent {
                subject: Some(&family.subject),
                client: Some(&family.client),
                resource: Some(&family.resource),
                session: Some(&session),
                ..AuditEvent::of(Action::End(reason))
            });
        } else if self.0.told.contains(family.key) || self.is_long_ended(family, now) {
            // Who holds a spent token could have everyone told of it for ever.
            return Ok(());
        }
        // Again, should it have ended before: that one's word may not have reached anyone.
        self.tell(Revocation::of_session(self.name(), session, self.longest(now))).await?;
        self.0.told.note(family.key);
        Ok(())
    }

    /// Ends all of a subject: its families, and the access tokens that were minted until now, by whatever way. For a logout everywhere, a
    /// changed password, a lost device. It can log in again a second later.
    ///
    /// A login that is under way may begin its family a moment later, and that goes on. So first see to it that nobody gets in any more:
    /// change the password, or disable the subject; then call this. Entitlements are asked again at each refresh, so who is disabled gets
    /// nothing by a login that slipped through either.
    ///
    /// # Errors
    /// When the store fails, or the resource servers can't be told; ask again then.
    pub async fn end_all(&self, subject: &str) -> Result<(), Refused> {
        let now = self.now()?;
        let ended = Ended { at: Timestamp::from_millis(now.as_millis()), reason: EndReason::Revoked };
        let done = self.store().end_all(subject.to_owned(), ended).await.map_err(|error| unavailable(&error));
        let event = AuditEvent { subject: Some(subject), ..AuditEvent::of(Action::RevokeSubject) };
        self.audit().record(&AuditEvent { refused: done.as_ref().err().map(|refused| refused.kind()), ..event });
        for family in done? {
            self.tell(Revocation::of_session(self.name(), family.session_id(), self.longest(now))).await?;
        }
        // Dates of issue are whole seconds: those of this one are meant too.
        let issued_before = Timestamp::from_secs(now.as_secs().saturating_add(1));
        self.tell(Revocation::of_subject(self.name(), subject, issued_before, self.longest(now))).await
    }

    pub(super) async fn tell(&self, revocation: Revocation) -> Result<(), Refused> {
        let Some(RevocationFeed(tell)) = &self.0.feed else { return Ok(()) };
        tell(revocation).await.map_err(|error| {
            tracing::error!(%error, "the token goes on until it expires");
            RefusedKind::RevocationsUnavailable.into()
        })
    }

    /// Whether the last access token of a family is over, also by a clock that is behind.
    fn is_long_ended(&self, family: &Family, now: Timestamp) -> bool {
        family.ended.is_some_and(|ended| self.longest(ended.at).saturating_add(Revocation::LEEWAY) < now)
    }

    /// When the last token that is minted now ends.
    fn longest(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.0.lifetime_cap)
    }
}

impl fmt::Debug for RevocationFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RevocationFeed")
    }
}
