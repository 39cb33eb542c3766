//! Revocation by a client (RFC 7009).

use portcullis_core::Revocation;

use super::{Issuer, unavailable};
use crate::audit::{Action, AuditEvent};
use crate::family::{EndReason, Presented, RefreshToken};
use crate::refused::{Refused, RefusedKind};

impl Issuer {
    /// Revokes a token of a client, of whichever kind: a refresh token ends its family and the access tokens of that, an access token ends
    /// alone. What is not known, not good any more, or not a token, is as revoked as it can be: `Ok`.
    ///
    /// # Errors
    /// [`RefusedKind::WrongClient`] for the token of another client; [`RefusedKind::UnsupportedTokenType`] for an access token of an issuer
    /// that has nobody to tell ([`revoke_with`](crate::IssuerBuilder::revoke_with),
    /// [`memory_revocations`](crate::IssuerBuilder::memory_revocations)); when the store fails or the resource servers can't be told.
    pub async fn revoke(&self, token: &str, client: &str) -> Result<(), Refused> {
        match Presented::parse(&RefreshToken::from(token.to_owned())) {
            Some(presented) => self.revoke_family(&presented, client).await,
            None => self.revoke_access_token(token, client).await,
        }
    }

    async fn revoke_family(&self, presented: &Presented, client: &str) -> Result<(), Refused> {
        let now = self.now()?;
        let family = self.store().find(presented.family(self.name())).await.map_err(|error| unavailable(&error))?;
        let Some(family) = family else { return Ok(()) };
        if family.client != client {
            return Err(RefusedKind::WrongClient.into());
        }
        // Spent or not: whoever holds it wants the family gone.
        self.end_family(&family, EndReason::Revoked, now).await
    }

    async fn revoke_access_token(&self, token: &str, client: &str) -> Result<(), Refused> {
        let now = self.now()?;
        self.0.keeper.ring(now).await?;
        let principal = match self.0.subject_tokens.verify(token) {
            Ok((principal, _)) => principal,
            Err(refused) if refused.kind() == RefusedKind::SubjectTokenRefused => return Ok(()),
            Err(refused) => return Err(refused),
        };
        if principal.client_id() != Some(client) {
            return Err(RefusedKind::WrongClient.into());
        }
        let Some(id) = principal.token_id() else { return Ok(()) };
        let told = if self.0.feed.is_some() {
            self.tell(Revocation::of_token(self.name(), id, principal.expires_at())).await
        } else {
            Err(RefusedKind::UnsupportedTokenType.into())
        };
        self.audit().record(&AuditEvent {
            subject: principal.subject(),
            client: Some(client),
            token_id: Some(id),
            refused: told.as_ref().err().map(|refused| refused.kind()),
            ..AuditEvent::of(Action::RevokeToken)
        });
        told
    }
}
