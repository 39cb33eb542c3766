//! Plays the steps of a scenario, and holds what comes back to what is promised.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64_simd::STANDARD;
use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};

use super::forge;
use crate::demo::client::{Client, Reply};
use crate::demo::issuer::{SERVICE, SERVICE_SECRET, WEB};
use crate::demo::scenario::{Action, Forgery, Minted, Verdict};
use crate::demo::service::STOCK;
use crate::demo::service::catalog::{self, Call, How};
use crate::failure::Failure;

/// The pause of the services between two looks at the key set, and a little.
const REST: u64 = 11;
/// How long a new key may take until it signs.
const ROTATION: u32 = 30;
/// How many forged tokens are on their way at once.
const AT_ONCE: usize = 16;
/// After so many of them comes a good one.
const GOOD_EVERY: u32 = 20;

/// What a step came to.
pub(super) struct Came {
    /// In a word or two.
    pub(super) to: String,
    /// Whether that is what was promised.
    pub(super) as_promised: bool,
    /// What a service said, if one was called.
    pub(super) reply: Option<Reply>,
}

impl Came {
    fn to(to: impl Into<String>, as_promised: bool) -> Self {
        Self { to: to.into(), as_promised, reply: None }
    }
}

/// Somebody with tokens.
pub(super) struct Player<'c> {
    client: &'c Client,
    calls: Vec<Call>,
    access: HashMap<String, String>,
    refresh: HashMap<String, String>,
}

impl<'c> Player<'c> {
    /// Without tokens yet; all is as it was in the beginning.
    pub(super) async fn new(client: &'c Client) -> Result<Self, Failure> {
        let reply = client.ask(Method::POST, "/demo/reset", &Value::Null).await?;
        if !reply.done {
            return Err(Failure::new("the demo cannot be reset", reply.status));
        }
        Ok(Self { client, calls: catalog::calls(), access: HashMap::new(), refresh: HashMap::new() })
    }

    pub(super) async fn play(&mut self, action: &Action) -> Result<Came, Failure> {
        match action {
            Action::Login { name, scopes, resource, seconds, token, expect } => {
                let reply = self.log_in(name, scopes, resource.as_deref(), *seconds).await?;
                Ok(self.minted(&reply, token, expect))
            }
            Action::Forge { how, from, token } => self.forge(*how, from, token).await,
            Action::Call { call, token, expect } => {
                let token = token.as_ref().map(|token| self.token(token)).transpose()?;
                let call = self.call(call)?;
                let reply = self.client.call(call, token).await?;
                Ok(Came { to: said(call, &reply), as_promised: is(&reply, expect), reply: Some(reply) })
            }
            Action::Refresh { from, token, expect } => {
                let spent = self.refresh.get(from).ok_or_else(|| unknown(from))?;
                let form = [("grant_type", "refresh_token"), ("client_id", WEB), ("refresh_token", spent)];
                let reply = self.client.form(None, &form).await?;
                Ok(self.minted(&reply, token, expect))
            }
            Action::Exchange { from, scopes, token, expect } => {
                let form = [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                    ("subject_token", self.token(from)?),
                    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                    ("resource", STOCK),
                    ("scope", scopes),
                ];
                let basic = STANDARD.encode_to_string(format!("{SERVICE}:{SERVICE_SECRET}"));
                let reply = self.client.form(Some(&format!("Basic {basic}")), &form).await?;
                let mut came = self.minted(&reply, token, expect);
                // What is exchanged lives no longer than what it came from.
                if let Some(exchanged) = self.access.get(token) {
                    let lives = expiry(exchanged).zip(expiry(self.token(from)?));
                    came.as_promised &= lives.is_some_and(|(exchanged, first)| exchanged <= first);
                }
                Ok(came)
            }
            Action::Assign { name, roles } => {
                let path = format!("/demo/people/{name}");
                let reply = self.client.ask(Method::PUT, &path, &json!({ "roles": roles })).await?;
                Ok(Came::to(roles.join(", "), reply.status == 204))
            }
            Action::Provider { up } => {
                let reply = self.client.ask(Method::PUT, "/demo/provider", &json!({ "up": up })).await?;
                Ok(Came::to(if *up { "up" } else { "down" }, reply.status == 204))
            }
            Action::Rotate { name, scopes, call, token } => self.rotate(name, scopes, call, token).await,
            Action::Flood { from, count, call, expect, key_set_requests } => {
                self.flood(from, *count, call, expect, *key_set_requests).await
            }
            Action::Expire { token } => self.expire(token).await,
            Action::Rest => self.rest().await,
        }
    }

    async fn log_in(
        &self,
        name: &str,
        scopes: &str,
        resource: Option<&str>,
        seconds: Option<u64>,
    ) -> Result<Reply, Failure> {
        let login = json!({ "name": name, "scopes": scopes, "resource": resource, "seconds": seconds });
        self.client.ask(Method::POST, "/demo/login", &login).await
    }

    /// What the issuer gave, or why it did not.
    fn minted(&mut self, reply: &Reply, token: &str, expect: &Minted) -> Came {
        let answer = reply.json();
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut keep = |tokens: &str, kept: fn(&mut Self) -> &mut HashMap<String, String>| {
            if let Some(value) = text(tokens) {
                kept(self).insert(token.to_owned(), value);
            }
        };
        keep("access_token", |player| &mut player.access);
        keep("refresh_token", |player| &mut player.refresh);
        let came = match (text("scope"), text("error")) {
            (Some(scopes), None) => Minted::Scopes(scopes),
            (_, Some(error)) => Minted::Error(error),
            (None, None) => Minted::Error(reply.status.to_string()),
        };
        let as_promised = came == *expect;
        let (Minted::Scopes(to) | Minted::Error(to)) = came;
        Came::to(to, as_promised)
    }

    async fn forge(&mut self, how: Forgery, from: &str, token: &str) -> Result<Came, Failure> {
        let jwks = if how == Forgery::PublicKeyAsSecret {
            self.client.get("/jwks.json", None).await?.json()
        } else {
            Value::Null
        };
        let forged = forge::forge(how, self.token(from)?, &jwks);
        let as_promised = forged.is_some();
        self.access.insert(token.to_owned(), forged.unwrap_or_default());
        Ok(Came::to("forged", as_promised))
    }

    async fn rotate(&mut self, name: &str, scopes: &str, call: &str, token: &str) -> Result<Came, Failure> {
        let before = self.kid_of_a_new_token(name, scopes, token).await?;
        self.client.ask(Method::POST, "/demo/keys", &Value::Null).await?;
        for _ in 0..ROTATION {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let kid = self.kid_of_a_new_token(name, scopes, token).await?;
            let reply = self.client.call(self.call(call)?, Some(self.token(token)?)).await?;
            if !reply.done {
                return Ok(Came::to(said(self.call(call)?, &reply), false));
            }
            if kid != before {
                return Ok(Came::to("another key signs", true));
            }
        }
        Ok(Came::to("the old key signs", false))
    }

    async fn kid_of_a_new_token(&mut self, name: &str, scopes: &str, token: &str) -> Result<Option<Value>, Failure> {
        let reply = self.log_in(name, scopes, None, None).await?;
        self.minted(&reply, token, &Minted::Scopes(scopes.to_owned()));
        let header = self.token(token)?.split('.').next().and_then(forge::decode);
        Ok(header.and_then(|header| header.get("kid").cloned()))
    }

    async fn flood(&self, from: &str, count: u32, call: &str, expect: &Verdict, most: u64) -> Result<Came, Failure> {
        let (call, good) = (self.call(call)?, self.token(from)?);
        let before = self.key_set_requests().await?;
        let calls = (0..count).map(|nth| async move {
            let forged = forge::forge(Forgery::UnknownKey, good, &Value::Null).unwrap_or_default();
            let refused = is(&self.client.call(call, Some(&forged)).await?, expect);
            let passed = nth % GOOD_EVERY != 0 || self.client.call(call, Some(good)).await?.done;
            Ok((refused, passed))
        });
        let calls: Vec<Result<(bool, bool), Failure>> = stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        let (mut refused, mut passed) = (0, true);
        for verdict in calls {
            let verdict = verdict?;
            refused += u32::from(verdict.0);
            passed &= verdict.1;
        }
        let requests = self.key_set_requests().await?.saturating_sub(before);
        let to = format!("{refused} refused, {requests} fetched");
        Ok(Came::to(to, refused == count && passed && (1..=most).contains(&requests)))
    }

    async fn key_set_requests(&self) -> Result<u64, Failure> {
        Ok(self.provider("key_set_requests").await?.unwrap_or_default())
    }

    async fn provider(&self, what: &str) -> Result<Option<u64>, Failure> {
        let state = self.client.get("/demo/state", None).await?.json();
        Ok(state.get("provider").and_then(|provider| provider.get(what)).and_then(Value::as_u64))
    }

    async fn expire(&self, token: &str) -> Result<Came, Failure> {
        let exp = expiry(self.token(token)?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_secs(exp.unwrap_or_default()).saturating_sub(now);
        tokio::time::sleep(left + Duration::from_millis(50)).await;
        Ok(Came::to(format!("{} s later", left.as_secs() + 1), exp.is_some()))
    }

    /// A fetch by itself may come in between, and the pause begins anew.
    async fn rest(&self) -> Result<Came, Failure> {
        let mut waited = 0;
        loop {
            let since = self.provider("seconds_since_key_set_request").await?.unwrap_or(REST);
            let left = REST.saturating_sub(since);
            if left == 0 {
                let to = if waited == 0 { "ready".to_owned() } else { format!("{waited} s later") };
                return Ok(Came::to(to, true));
            }
            waited += left;
            tokio::time::sleep(Duration::from_secs(left)).await;
        }
    }

    fn token(&self, name: &str) -> Result<&str, Failure> {
        self.access.get(name).map(String::as_str).ok_or_else(|| unknown(name))
    }

    fn call(&self, id: &str) -> Result<&Call, Failure> {
        self.calls.iter().find(|call| call.id == id).ok_or_else(|| unknown(id))
    }
}

/// `exp`.
fn expiry(token: &str) -> Option<u64> {
    let claims = token.split('.').nth(1).and_then(forge::decode)?;
    claims.get("exp").and_then(Value::as_u64)
}

/// Whether a service said what is promised.
fn is(reply: &Reply, expect: &Verdict) -> bool {
    let stopped = expect.stopped.map(|station| station.as_str().to_owned());
    let scope = expect.scope.as_ref().map(|scope| format!("scope=\"{scope}\""));
    let asks = |scope: &String| reply.challenge.as_ref().is_some_and(|challenge| challenge.contains(scope));
    reply.status == expect.status && reply.kind == expect.kind && reply.stopped == stopped && scope.iter().all(asks)
}

fn said(call: &Call, reply: &Reply) -> String {
    let over = if matches!(call.how, How::Grpc { .. }) { "gRPC " } else { "" };
    let kind = reply.kind.as_ref().map(|kind| format!(" {kind}")).unwrap_or_default();
    let ok = if over.is_empty() || reply.status > 0 { "" } else { " OK" };
    format!("{over}{}{ok}{kind}", reply.status)
}

fn unknown(name: &str) -> Failure {
    Failure::new("the scenarios", format!("nothing is called `{name}`"))
}
