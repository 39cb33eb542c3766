//! The grants of the token endpoint.

use portcullis_core::ScopeSet;
use serde_json::{Value, json};

use super::desk::{Asked, Desk};
use super::form::Form;
use crate::audit::Action;
use crate::clients::{Client, GrantType};
use crate::family::RefreshToken;
use crate::mint::AccessToken;
use crate::refused::{Refused, RefusedKind};

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

impl Desk {
    /// What is given for a request, as it goes over the wire (RFC 6749 §5.1).
    pub(super) async fn grant(&self, Asked { form, client }: &Asked) -> Result<Value, Refused> {
        let (action, given) = match self.grant_type(form, client) {
            Err(kind) => (Action::Authenticate, Err(kind)),
            Ok(GrantType::ClientCredentials) => (Action::Mint, self.own_token(form, client).await),
            Ok(GrantType::RefreshToken) => (Action::Refresh, self.next_tokens(form, client).await),
            Ok(GrantType::TokenExchange) => (Action::Exchange, self.exchanged(form, client).await),
        };
        given.map_err(|stopped| match stopped {
            Stopped::Here(kind) => {
                self.refused(action, Some(client.id()), kind);
                kind.into()
            }
            Stopped::ByIssuer(refused) => refused,
        })
    }

    fn grant_type(&self, form: &Form, client: &Client) -> Result<GrantType, Stopped> {
        let grant = GrantType::from_name(form.need("grant_type")?).ok_or(RefusedKind::UnsupportedGrantType)?;
        if client.allows(grant) { Ok(grant) } else { Err(RefusedKind::GrantTypeNotAllowed.into()) }
    }

    /// Client credentials (RFC 6749 §4.4).
    async fn own_token(&self, form: &Form, client: &Client) -> Result<Value, Stopped> {
        let resource = client.own_resource(form.get("resource")).ok_or(RefusedKind::UnknownTarget)?;
        let asking = self.issuer.mint(client.id(), client.id()).resource(resource);
        let asking = match self.wanted(form, client)? {
            Some(scopes) => asking.scopes(scopes),
            None => asking,
        };
        Ok(token(&asking.await?))
    }

    /// A refresh (RFC 6749 §6).
    async fn next_tokens(&self, form: &Form, client: &Client) -> Result<Value, Stopped> {
        let presented = RefreshToken::from(form.need("refresh_token")?.to_owned());
        let mut asking = self.issuer.refresh(&presented, client.id());
        if let Some(scopes) = scopes(form)? {
            asking = asking.scopes(scopes);
        }
        if let Some(resource) = form.get("resource") {
            asking = asking.resource(resource);
        }
        let tokens = asking.await?;
        Ok(with(token(&tokens.access), "refresh_token", tokens.refresh.as_str()))
    }

    /// A token exchange (RFC 8693 §2.1).
    async fn exchanged(&self, form: &Form, client: &Client) -> Result<Value, Stopped> {
        let subject_token = form.need("subject_token")?;
        let known = |kind: &str| [ACCESS_TOKEN, JWT].contains(&kind);
        let wanted = form.get("requested_token_type").unwrap_or(ACCESS_TOKEN);
        // Who acts is the client, which has authenticated: no other actor is taken at its word.
        let acted = form.has("actor_token") || form.has("actor_token_type");
        if !known(form.need("subject_token_type")?) || !known(wanted) || acted {
            return Err(RefusedKind::MalformedRequest.into());
        }
        let target = match (form.get("resource"), form.get("audience")) {
            (Some(resource), Some(audience)) if resource != audience => return Err(RefusedKind::UnknownTarget.into()),
            (resource, audience) => resource.or(audience),
        };
        let mut asking = self.issuer.exchange(subject_token, client.actor().clone());
        if let Some(scopes) = self.wanted(form, client)? {
            asking = asking.scopes(scopes);
        }
        if let Some(target) = target {
            asking = asking.resource(target);
        }
        Ok(with(token(&asking.await?), "issued_token_type", wanted))
    }

    /// What is asked for, as far as the client may have it at all.
    fn wanted(&self, form: &Form, client: &Client) -> Result<Option<ScopeSet>, RefusedKind> {
        let model = self.issuer.model();
        Ok(match (scopes(form)?, client.cap()) {
            (asked, None) => asked,
            (Some(asked), Some(cap)) => Some(model.granted(&asked, cap)),
            // All that the cap stands for: the client may be entitled to a part.
            (None, Some(cap)) => Some(model.expand(cap)),
        })
    }
}

/// Where a request came to its end.
enum Stopped {
    Here(RefusedKind),
    ByIssuer(Refused),
}

impl From<RefusedKind> for Stopped {
    fn from(kind: RefusedKind) -> Self {
        Self::Here(kind)
    }
}

impl From<Refused> for Stopped {
    fn from(refused: Refused) -> Self {
        Self::ByIssuer(refused)
    }
}

fn scopes(form: &Form) -> Result<Option<ScopeSet>, RefusedKind> {
    form.get("scope").map(ScopeSet::parse).transpose().map_err(|_| RefusedKind::MalformedScope)
}

fn token(access: &AccessToken) -> Value {
    json!({
        "access_token": access.as_str(),
        "token_type": "Bearer",
        "expires_in": access.expires_in(),
        "scope": access.scopes().to_string(),
    })
}

fn with(mut answer: Value, name: &str, value: &str) -> Value {
    if let Value::Object(members) = &mut answer {
        members.insert(name.to_owned(), value.into());
    }
    answer
}
