//! Putting a token together.

use std::time::Duration;

use portcullis_core::{ScopeSet, Timestamp};
use serde_json::{Map, Value, json};

use super::AccessToken;
use crate::entitlements::CustomClaims;
use crate::family::Authentication;
use crate::keys::Ring;
use crate::random;
use crate::refused::{Refused, RefusedKind};

/// A token in the making: what was decided.
pub(crate) struct Minting<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) client: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) scopes: ScopeSet,
    pub(crate) claims: CustomClaims,
    pub(crate) authentication: Option<Authentication>,
    /// `sid`.
    pub(crate) session: Option<String>,
    pub(crate) actor: Option<Value>,
    pub(crate) lifetime: Duration,
    /// It does not outlive this.
    pub(crate) not_after: Timestamp,
}

impl<'a> Minting<'a> {
    /// A token that opens nothing yet.
    pub(crate) fn of(issuer: &'a str, subject: &'a str, client: &'a str, resource: &'a str) -> Self {
        Self {
            issuer,
            subject,
            client,
            resource,
            scopes: ScopeSet::new(),
            claims: CustomClaims::default(),
            authentication: None,
            session: None,
            actor: None,
            lifetime: Duration::ZERO,
            not_after: Timestamp::FOREVER,
        }
    }

    /// Signs it (RFC 9068 §2).
    pub(crate) fn sign(self, ring: &Ring, now: Timestamp) -> Result<AccessToken, Refused> {
        let signer = ring.signer(now).ok_or(RefusedKind::KeysUnavailable)?;
        // Whole seconds: a date of issue that is rounded down is never in the future.
        let issued_at = Timestamp::from_secs(now.as_secs());
        let expires_at = Timestamp::from_secs(issued_at.saturating_add(self.lifetime).min(self.not_after).as_secs());
        if expires_at <= issued_at {
            return Err(RefusedKind::GrantExpired.into());
        }
        let id = random::name()?;
        let mut claims = self.claims.into_members();
        claims.extend(self.authentication.as_ref().map(members).unwrap_or_default());
        let named = [
            ("iss", json!(self.issuer)),
            ("sub", json!(self.subject)),
            ("aud", json!(self.resource)),
            ("exp", json!(expires_at.as_secs())),
            ("iat", json!(issued_at.as_secs())),
            ("jti", json!(id)),
            ("client_id", json!(self.client)),
            ("scope", json!(self.scopes.to_string())),
        ];
        let optional = [("sid", self.session.map(Value::from)), ("act", self.actor)];
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        claims.extend(named.into_iter().chain(optional).map(|(name, value)| (name.to_owned(), value)));
        let payload = Value::Object(claims).to_string();
        let token = signer.key.sign_token("at+jwt", &payload).map_err(|_| RefusedKind::Internal)?;
        let (scopes, resource) = (self.scopes, self.resource.to_owned());
        Ok(AccessToken { token, scopes, resource, id, issued_at, expires_at })
    }
}

fn members(authentication: &Authentication) -> Map<String, Value> {
    match serde_json::to_value(authentication) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
