//! The routes.

use std::error::Error;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use portcullis::{Authority, Granted};
use portcullis_axum::Require;
use portcullis_core::{AccessModel, ScopeSet};
use portcullis_issuer::{Authentication, Issuer, Refused, RoleTable};
use serde::Deserialize;
use serde_json::json;

use crate::issuer::{API, WEB, clients};
use crate::staff;

portcullis::permissions! {
    /// See the orders.
    pub(crate) ReadOrders = "orders:read";
    /// Place one.
    pub(crate) WriteOrders = "orders:write";
}

/// The application's own routes, the API that wants a token, and the endpoints of the issuer for all the rest.
pub(crate) fn app(issuer: Issuer, staff: RoleTable) -> Result<Router, Box<dyn Error>> {
    let model: AccessModel = staff::model()?;
    let authority = Authority::builder()
        .issuer(issuer.name())
        .audience(API)
        .keys(issuer.key_source())
        // No token of its issuer carries roles: they were turned into scopes when it was minted.
        .rules(|rules| rules.rfc9068_profile().roles_from(["roles"]).access_model(model))
        .build()?;
    let api = Router::new().route("/orders", get(list).post(place)).route_layer(authority.authenticate());
    let login = Router::new().route("/login", post(log_in)).with_state(issuer.clone());
    let admin = Router::new().route("/staff/{user}", put(assign).delete(dismiss)).with_state(staff);
    Ok(login.merge(admin).merge(api).fallback_service(issuer.endpoints(clients())))
}

#[derive(Deserialize)]
struct Login {
    user: String,
    scope: String,
}

/// An application asks for a password here, or for more. Then it says who logged in, and for what.
async fn log_in(State(issuer): State<Issuer>, Form(login): Form<Login>) -> Result<Response, Failed> {
    let Ok(scopes) = ScopeSet::parse(&login.scope) else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
    let authentication = Authentication::default().amr(["none"]);
    let tokens = issuer.grant(login.user, WEB, scopes).authentication(authentication).await?;
    let given = json!({
        "access_token": tokens.access.as_str(),
        "token_type": "Bearer",
        "expires_in": tokens.access.expires_in(),
        "scope": tokens.access.scopes().to_string(),
        "refresh_token": tokens.refresh.as_str(),
    });
    Ok(([(CACHE_CONTROL, "no-store")], Json(given)).into_response())
}

/// What the issuer refused, as an answer.
struct Failed(Refused);

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(refused) = self;
        let answer = json!({ "error": refused.code().as_str(), "error_description": refused.to_string() });
        (StatusCode::FORBIDDEN, Json(answer)).into_response()
    }
}

#[derive(Deserialize)]
struct Role {
    role: String,
}

/// An application has this behind a scope of its own; here it is what you play with.
async fn assign(State(staff): State<RoleTable>, Path(user): Path<String>, Form(Role { role }): Form<Role>) -> Response {
    match staff.assign(user, [role]) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response(),
    }
}

async fn dismiss(State(staff): State<RoleTable>, Path(user): Path<String>) -> StatusCode {
    staff.disable(&user);
    StatusCode::NO_CONTENT
}

async fn list(Require(by): Require<ReadOrders>) -> String {
    orders_of(&by)
}

fn orders_of(by: &Granted<ReadOrders>) -> String {
    format!("the orders, for {}\n", by.principal().subject().unwrap_or("nobody"))
}

async fn place(Require(by): Require<WriteOrders>) -> (StatusCode, String) {
    (StatusCode::CREATED, format!("an order of {}\n", by.principal().subject().unwrap_or("nobody")))
}
