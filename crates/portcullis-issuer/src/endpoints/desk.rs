//! Where requests of clients arrive: what the token and the revocation endpoint have in common.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request};
use http_body::Body;

use super::answer::Refusal;
use super::authenticate::{Credentials, Secrets};
use super::body::{is_form, read};
use super::form::{Form, refresh_tokens};
use super::throttle::{Admission, Attempt, EndpointKind, Throttle, Unthrottled};
use super::urls::Urls;
use crate::audit::{Action, AuditEvent};
use crate::clients::{Client, Clients};
use crate::issuer::Issuer;
use crate::refused::RefusedKind;

/// What all endpoints of an issuer share.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) issuer: Issuer,
    pub(super) clients: Arc<dyn Clients>,
    pub(super) throttle: Arc<dyn Throttle>,
    pub(super) secrets: Secrets,
    pub(super) patience: Duration,
    pub(super) urls: Urls,
    pub(super) challenge: HeaderValue,
}

/// A request of a client that is who it says to be.
pub(super) struct Asked {
    pub(super) form: Form,
    pub(super) client: Arc<Client>,
}

impl Desk {
    pub(super) fn new(issuer: Issuer, clients: impl Clients) -> Self {
        Self {
            urls: Urls::of(issuer.name()),
            challenge: super::answer::challenge(issuer.name()),
            issuer,
            clients: Arc::new(clients),
            throttle: Arc::new(Unthrottled),
            secrets: Secrets::new(),
            patience: Duration::from_secs(10),
        }
    }

    /// Reads a request and authenticates its client. A spent refresh token ends its family before anything else is looked at, but for
    /// requests that are too many, or no forms.
    pub(super) async fn receive<B: Body>(&self, at: EndpointKind, request: Request<B>) -> Result<Asked, Refusal> {
        if request.method() != Method::POST {
            return Err(Refusal::Method("POST"));
        }
        // What stands in a URL ends up in logs (RFC 6749 §3.2: not in the query).
        if request.uri().query().is_some() || !is_form(request.headers()) {
            return Err(RefusedKind::MalformedRequest.into());
        }
        let (mut parts, body) = request.into_parts();
        let authorization: Vec<_> = parts.headers.get_all(AUTHORIZATION).iter().cloned().collect();
        parts.headers.remove(AUTHORIZATION);
        let body = read(body, self.patience).await?;
        let form = Form::parse(&body);
        let credentials = form.as_ref().map_err(|kind| *kind).and_then(|form| Credentials::of(&authorization, form));
        let claimed = credentials.as_ref().ok().map(Credentials::client);
        let attempt = Attempt { endpoint: at, client: claimed, headers: &parts.headers, extensions: &parts.extensions };
        if let Admission::Refused { retry_after } = self.throttle.admit(&attempt).await {
            return Err(Refusal::Throttled(retry_after));
        }
        if at == EndpointKind::Token {
            self.refuse_reused(&body, claimed).await?;
        }
        let form = form?;
        let authenticated = match &credentials {
            Ok(credentials) => self.authenticate(at, credentials).await,
            Err(kind) => Err(*kind),
        };
        match &authenticated {
            Ok(_) => self.throttle.outcome(&attempt, true),
            Err(kind) => {
                if matches!(kind, RefusedKind::InvalidClient | RefusedKind::MalformedRequest) {
                    self.throttle.outcome(&attempt, false);
                }
                self.refused(Action::Authenticate, claimed, *kind);
            }
        }
        Ok(Asked { form, client: authenticated? })
    }

    /// RFC 9700 §4.14.2: whoever presents a spent token, and whatever else is wrong with the request.
    async fn refuse_reused(&self, body: &[u8], claimed: Option<&str>) -> Result<(), Refusal> {
        let mut refused = Ok(());
        for token in refresh_tokens(body) {
            // All of them, and the first refusal is told.
            let reused = self.issuer.refuse_reused(&token).await;
            refused = refused.and(reused);
        }
        refused.map_err(|refused| {
            self.refused(Action::Refresh, claimed, refused.kind());
            refused.into()
        })
    }

    /// Tells that a request came to nothing before the issuer was asked.
    pub(super) fn refused(&self, action: Action, client: Option<&str>, kind: RefusedKind) {
        let event = AuditEvent { client, refused: Some(kind), ..AuditEvent::of(action) };
        self.issuer.audit().record(&event);
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("issuer", &self.issuer)
            .field("clients", &self.clients)
            .field("throttle", &self.throttle)
            .finish_non_exhaustive()
    }
}
