//! What a visitor may do to the demo itself: log in as somebody, change what people may do, take the provider away, change keys, and see
//! how things are. A real service has none of this open; here it is what one plays with.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use portcullis::policy::{Operation, Policy};
use portcullis_core::ScopeSet;
use portcullis_issuer::{ErrorCode, Issuer, Refused, RoleTable};
use portcullis_jwks::RemoteKeys;
use serde::Deserialize;
use serde_json::{Value, json};

use super::issuer::WEB;
use super::provider::Provider;
use super::service::{ORDERS, STOCK, audit, catalog};
use super::{issuer, people};
use crate::failure::Failure;
use crate::report;

/// What the desk has its hands on.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) issuer: Issuer,
    pub(crate) people: RoleTable,
    pub(crate) provider: Provider,
    /// Those of the services.
    pub(crate) keys: RemoteKeys,
    pub(crate) policy: Policy,
}

impl Desk {
    pub(crate) fn routes(self) -> Result<Router, Failure> {
        let table = table(&self.policy)?;
        Ok(Router::new()
            .route("/demo/login", post(log_in))
            .route("/demo/people/{name}", put(assign))
            .route("/demo/provider", put(switch))
            .route("/demo/keys", post(rotate))
            .route("/demo/reset", post(reset))
            .route("/demo/state", get(state))
            .with_state(self)
            .route("/demo/table", get(async || Json(table))))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    name: String,
    scopes: String,
    resource: Option<String>,
    /// For less time than usual.
    seconds: Option<u64>,
}

/// An application asks for a password here, or for more. Then it says who logged in, and for what.
async fn log_in(State(desk): State<Desk>, Json(login): Json<Login>) -> Response {
    if !desk.provider.is_up() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let Ok(scopes) = ScopeSet::parse(&login.scopes) else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let grant = desk.issuer.grant(login.name, WEB, scopes);
    let grant = grant.resource(login.resource.as_deref().unwrap_or(ORDERS));
    let grant = match login.seconds {
        Some(seconds) => grant.lifetime(Duration::from_secs(seconds.max(1))),
        None => grant,
    };
    match grant.await {
        Ok(tokens) => private(Json(json!({
            "access_token": tokens.access.as_str(),
            "token_type": "Bearer",
            "expires_in": tokens.access.expires_in(),
            "scope": tokens.access.scopes().to_string(),
            "refresh_token": tokens.refresh.as_str(),
        }))),
        Err(refused) => refusal(refused),
    }
}

fn refusal(refused: Refused) -> Response {
    let status = match refused.code() {
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let answer = json!({ "error": refused.code().as_str(), "error_description": refused.to_string() });
    (status, private(Json(answer))).into_response()
}

fn private(answer: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, "no-store")], answer).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    roles: Vec<String>,
}

async fn assign(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Json(Roles { mut roles }): Json<Roles>,
) -> Response {
    roles.sort();
    roles.dedup();
    if desk.people.roles_of(&name).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    match desk.people.assign(name, roles) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    up: bool,
}

async fn switch(State(desk): State<Desk>, Json(Switch { up }): Json<Switch>) -> StatusCode {
    desk.provider.set_up(up);
    StatusCode::NO_CONTENT
}

/// The name of the next key; none when one is on its way already. No form of another site gets here, since it takes JSON.
async fn rotate(State(desk): State<Desk>, _: Json<Value>) -> Response {
    match desk.issuer.rotate_keys().await {
        Ok(kid) => private(Json(json!({ "kid": kid }))),
        Err(refused) => refusal(refused),
    }
}

/// Everybody has the roles that they started with, and the provider is up: an attack begins so, whatever was played with before. It takes
/// JSON like the rest of the desk, whatever it says.
async fn reset(State(desk): State<Desk>, _: Json<Value>) -> StatusCode {
    desk.provider.set_up(true);
    match people::as_they_started(&desk.people) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn state(State(desk): State<Desk>) -> Response {
    let published = match desk.issuer.jwks().await {
        Ok(jwks) => jwks,
        Err(refused) => return refusal(refused),
    };
    let kids: Vec<&Value> = published.get("keys").and_then(Value::as_array).into_iter().flatten().collect();
    let kids: Vec<&Value> = kids.into_iter().filter_map(|key| key.get("kid")).collect();
    let people: Vec<Value> = people::EVERYBODY
        .iter()
        .map(|(name, _)| json!({ "name": name, "roles": desk.people.roles_of(name).unwrap_or_default() }))
        .collect();
    private(Json(json!({
        "people": people,
        "provider": {
            "up": desk.provider.is_up(),
            "key_set_requests": desk.provider.key_set_requests(),
            "seconds_since_key_set_request": desk.provider.since_key_set_request().map(|since| since.as_secs()),
            "published_keys": kids,
        },
        "keys_of_the_services": desk.keys.health(),
    })))
}

/// What does not change: who could have which roles, what can be called, what that needs, and what the audit says.
fn table(policy: &Policy) -> Result<Value, Failure> {
    let model = policy.access_model();
    let roles: Vec<Value> = model
        .roles()
        .map(|role| {
            let scopes: Vec<&str> = model.scopes_of(role).into_iter().flat_map(|scopes| scopes.iter()).collect();
            json!({ "name": role, "scopes": scopes })
        })
        .collect();
    let needs = |operation: &Operation| {
        let scopes = operation.access().requirement().map(|requirement| requirement.scopes_to_ask());
        (operation.target().to_string(), json!(scopes))
    };
    Ok(json!({
        "roles": roles,
        "calls": catalog::calls(),
        "scopes": policy.operations().map(needs).collect::<serde_json::Map<_, _>>(),
        "matrix": report::rows(&policy.matrix()),
        "audit": report::findings(&audit(policy)?),
        "audiences": { "orders": ORDERS, "stock": STOCK },
        "clients": { "web": WEB, "service": issuer::SERVICE, "service_secret": issuer::SERVICE_SECRET },
    }))
}
