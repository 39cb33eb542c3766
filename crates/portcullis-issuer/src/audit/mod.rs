//! The audit trail: who asked for what, and what was granted.

use std::fmt;

use portcullis_core::ScopeSet;

use crate::family::EndReason;
use crate::refused::RefusedKind;

/// What was done, or refused. Events go to `tracing` at the target `portcullis::audit`, refusals as warnings, and to whoever
/// [`IssuerBuilder::audit`](crate::IssuerBuilder::audit) names. They never hold a token.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AuditEvent<'a> {
    /// What.
    pub action: Action,
    /// Why not, if it was refused.
    pub refused: Option<RefusedKind>,
    /// Whom the token speaks for.
    pub subject: Option<&'a str>,
    /// Who asked.
    pub client: Option<&'a str>,
    /// Whom the token is for.
    pub resource: Option<&'a str>,
    /// The scopes that were asked for; `None` for all there are.
    pub requested: Option<&'a ScopeSet>,
    /// The scopes of the token.
    pub granted: Option<&'a ScopeSet>,
    /// `jti` of the token.
    pub token_id: Option<&'a str>,
    /// `sid` of the family.
    pub session: Option<&'a str>,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// An access token alone.
    Mint,
    /// An access token, and a new family.
    Grant,
    /// A refresh.
    Refresh,
    /// A token exchange.
    Exchange,
    /// A family ended.
    End(EndReason),
    /// An access token was revoked.
    RevokeToken,
    /// All of a subject was revoked.
    RevokeSubject,
    /// A client authenticated, or did not.
    Authenticate,
    /// A new signing key is on its way.
    RotateKeys,
}

impl Action {
    /// The name, for logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mint => "mint",
            Self::Grant => "grant",
            Self::Refresh => "refresh",
            Self::Exchange => "exchange",
            Self::End(EndReason::Reuse) => "end (reuse)",
            Self::End(EndReason::Revoked) => "end (revoked)",
            Self::End(EndReason::Disabled) => "end (disabled)",
            Self::RevokeToken => "revoke token",
            Self::RevokeSubject => "revoke subject",
            Self::Authenticate => "authenticate",
            Self::RotateKeys => "rotate keys",
        }
    }
}

impl AuditEvent<'_> {
    pub(crate) const fn of(action: Action) -> Self {
        Self {
            action,
            refused: None,
            subject: None,
            client: None,
            resource: None,
            requested: None,
            granted: None,
            token_id: None,
            session: None,
        }
    }
}

type Listener = Box<dyn Fn(&AuditEvent<'_>) + Send + Sync>;

/// Everyone who is told.
#[derive(Default)]
pub(crate) struct Audit {
    pub(crate) listeners: Vec<Listener>,
}

impl Audit {
    pub(crate) fn record(&self, event: &AuditEvent<'_>) {
        let AuditEvent { subject, client, resource, token_id, session, .. } = event;
        let (requested, granted) =
            (event.requested.map(tracing::field::display), event.granted.map(tracing::field::display));
        let action = event.action.as_str();
        match event.refused.map(RefusedKind::as_str) {
            None => tracing::info!(
                target: "portcullis::audit",
                action, subject, client, resource, requested, granted, token_id, session, "done"
            ),
            Some(refused) => tracing::warn!(
                target: "portcullis::audit",
                action, refused, subject, client, resource, requested, token_id, session, "refused"
            ),
        }
        self.listeners.iter().for_each(|listener| listener(event));
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit").field("listeners", &self.listeners.len()).finish()
    }
}
